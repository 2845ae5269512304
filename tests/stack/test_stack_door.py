"""`./cu` itself: what it says when it cannot go on, and which program gets which database role."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cryptouniverse.stack.__main__ import main
from cryptouniverse.stack.checks import Check, run_checks
from cryptouniverse.stack.commands import COMMANDS, candle_files, needs_owner
from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import PROJECT

PYTHONS = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


@pytest.fixture
def door(folder) -> Path:
    """A checkout that has only the door and the locks."""
    shutil.copy(PROJECT / "cu", folder / "cu")
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


def cu(door: Path, *arguments: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run ./cu with `programs` (name: shell script) before all others in PATH."""
    (door / "bin").mkdir()
    for name, script in programs.items():
        (door / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (door / "bin" / name).chmod(0o755)
    environment = {"PATH": f"{door}/bin:/usr/bin:/bin", "HOME": str(door)}
    return subprocess.run([door / "cu", *arguments], env=environment, capture_output=True, text=True, check=False)


def test_an_unknown_command_gets_the_help_and_exit_code_2(door):
    done = cu(door, "runn")

    assert done.returncode == 2
    assert "there is no command 'runn'" in done.stderr
    assert "run [--port N]" in done.stderr


def test_help_names_every_command(door):
    text = cu(door, "help").stdout

    assert [name for name in COMMANDS if f"\n  {name}" not in text] == []


def test_an_old_python_is_named_with_what_to_install(door):
    done = cu(door, "run", **dict.fromkeys(PYTHONS, "exit 1"))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_missing_venv_module_is_named_with_what_to_install(door):
    script = 'case "$2" in *ensurepip*) exit 1 ;; esac'

    done = cu(door, "run", **dict.fromkeys(PYTHONS, script))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "apt install python3-venv" in done.stderr


def test_another_machine_is_refused(door):
    done = cu(door, "run", uname='[ "$1" = -s ] && echo Darwin || echo arm64')

    assert done.returncode == 1
    assert "Darwin on arm64: CryptoUniverse runs on x86-64 Linux" in done.stderr


def test_a_full_disk_is_said_before_anything_is_downloaded(door):
    done = cu(door, "run", df="echo head; echo disk 10 9 1234 99% /")

    assert done.returncode == 1
    assert "Less than 2 GB are free" in done.stderr
    assert not list(door.glob(".venv/.installed-*"))


def test_stop_before_anything_was_installed_has_nothing_to_do(door):
    assert cu(door, "stop").stdout == "Nothing is running.\n"


def test_the_door_is_plain_shell():
    for name in ("cu", ".ci/run"):
        shell = (PROJECT / name).read_text().splitlines()[0].rpartition("/")[2].split()[-1]

        assert subprocess.run([shell, "-n", PROJECT / name], check=False).returncode == 0


@pytest.mark.parametrize(
    "command",
    ["bootstrap", "migrate_tenants", "provision_tenant", "delete_tenant", "import_tenant"],
)
def test_commands_that_change_tables_get_the_owners_role(command):
    assert needs_owner([command])


@pytest.mark.parametrize("command", [[], ["shell"], ["market_status"], ["runserver"], ["check", "migrate"]])
def test_no_other_command_gets_it(command):
    assert not needs_owner(command)


def test_candles_are_found_by_their_ending(folder):
    for name in ("b.csv", "a.parquet", "a_books.csv", "a_funding.csv", "notes.txt"):
        (folder / name).touch()

    assert candle_files(folder) == [str(folder / "a.parquet"), str(folder / "b.csv")]


def test_a_folder_without_candles_is_named(folder):
    with pytest.raises(StackError, match=r"no .parquet or .csv file in"):
        candle_files(folder)


def test_every_check_runs_even_if_one_fails(capfd):
    failing = Check("first", (sys.executable, "-c", "raise SystemExit('broken rule')"))
    passing = Check("second", (sys.executable, "-c", "pass"))

    assert run_checks(os.environ, checks=(failing, passing)) == 1

    text = capfd.readouterr().out
    assert "broken rule" in text
    assert "second" in text
    assert "Failed: first." in text


@pytest.mark.parametrize("arguments", [["run", "--port", "none"], ["check", "one"], ["candles"]])
def test_a_command_line_that_makes_no_sense_is_one_sentence(arguments, capfd):
    assert main(arguments) == 1
    assert capfd.readouterr().err.count("\n") == 1


def test_status_says_which_servers_run(home, capfd):
    assert main(["status"]) == 3
    assert capfd.readouterr().out == "postgres: stopped\nredis: stopped\n"


def test_env_prints_lines_for_a_shell_and_stop_ends_what_it_started(used_home, capfd):
    assert main(["env"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert {line.split("=")[0] for line in lines} >= {
        "export DATABASE_URL",
        "export DATABASE_OWNER_URL",
        "export REDIS_URL",
    }

    assert main(["stop"]) == 0
    assert capfd.readouterr().out == "Stopped: Redis, PostgreSQL.\n"


def test_a_command_of_manage_runs_with_the_servers_and_ends_with_them(used_home, capfd):
    assert main(["manage", "version"]) == 0
    assert main(["status"]) == 3
    assert "5.2" in capfd.readouterr().out
