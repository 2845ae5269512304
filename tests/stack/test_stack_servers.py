"""The embedded servers: who may do what, what survives a crash, and what a person is told."""

import base64
import os
import signal
import socket
import stat
import threading
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from cryptouniverse.stack import placement
from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.home import find_home, find_tests_home, load_state, read_secrets
from cryptouniverse.stack.placement import place_servers, require_free_space, require_platform
from cryptouniverse.stack.postgres import explain
from cryptouniverse.stack.processes import living_pid, remember_pid, started_at, wait_until
from cryptouniverse.stack.servers import ONE_ROLE_NOTICE, running_servers, servers_in_use, start_servers, stop_servers


def ask(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement).fetchall()


def command(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def postmaster(home) -> int:
    data = place_servers(home, remembered=load_state(home).runtime).runtime / "pg/data"
    return int((data / "postmaster.pid").read_text().split()[0])


def test_the_owner_makes_databases_and_is_no_superuser(shared):
    _, addresses = shared

    command(addresses.database_owner_url, "CREATE DATABASE scratch", "DROP DATABASE scratch WITH (FORCE)")

    assert ask(addresses.database_owner_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_the_owner_may_end_a_session_of_the_application(shared):
    _, addresses = shared
    with psycopg.connect(addresses.database_url) as session:
        pid = session.info.backend_pid

        assert ask(addresses.database_owner_url, f"SELECT pg_terminate_backend({pid}, 5000)") == [(True,)]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE t (x int)", "CREATE SCHEMA s", "CREATE ROLE r", "CREATE DATABASE d", "SET ROLE owner"]
)
def test_the_application_may_log_in_and_no_more(shared, statement):
    _, addresses = shared

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        command(addresses.database_url, statement)


def test_both_servers_refuse_a_wrong_password(shared):
    _, addresses = shared
    state = load_state(shared[0])

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(addresses.database_url.replace(state.app_password, "guess"), "SELECT 1")
    with (
        pytest.raises(redis.AuthenticationError),
        redis.Redis.from_url(addresses.redis_url.replace(state.redis_password, "guess")) as client,
    ):
        client.ping()


def test_a_second_start_changes_nothing(shared):
    home, addresses = shared
    before = postmaster(home)

    assert start_servers(home) == addresses
    assert postmaster(home) == before


def test_secrets_are_readable_by_their_owner_alone_and_never_on_a_command_line(shared):
    home, _ = shared
    state = load_state(home)

    modes = {name: stat.S_IMODE((home.path / name).stat().st_mode) for name in ("secrets.env", "servers.json")}
    lines = b"".join(entry.read_bytes() for entry in Path("/proc").glob("[0-9]*/cmdline") if entry.exists())

    assert set(modes.values()) == {0o600}
    assert not any(
        word.encode() in lines for word in (state.admin_password, state.owner_password, state.redis_password)
    )


def test_only_who_may_gets_the_owners_address(shared):
    _, addresses = shared

    assert "DATABASE_OWNER_URL" not in addresses.environment(owner=False)
    assert addresses.environment(owner=True)["DATABASE_OWNER_URL"].startswith("postgresql://owner:")


def test_addresses_that_env_exported_still_mean_the_embedded_servers(shared, monkeypatch):
    home, addresses = shared
    for name, value in addresses.environment(owner=True).items():
        monkeypatch.setenv(name, value)

    assert start_servers(home) == addresses


def test_own_servers_replace_the_embedded_ones(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@db.example:5432/books")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")

    addresses = start_servers(home)

    assert (addresses.database_owner_url, addresses.notice) == (os.environ["DATABASE_URL"], ONE_ROLE_NOTICE)
    assert running_servers(home) == {"postgres": False, "redis": False}


def test_an_own_redis_leaves_the_embedded_database(used_home, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")

    addresses = start_servers(used_home)

    assert (addresses.redis_url, addresses.notice) == ("redis://cache.example:6379/0", "")
    assert running_servers(used_home) == {"postgres": True, "redis": False}


def test_data_outlive_a_crash_of_both_servers(used_home):
    addresses = start_servers(used_home)
    command(addresses.database_owner_url, "CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in (postmaster(used_home), living_pid(used_home.pids / "redis")):
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda pid=pid: started_at(pid) is None, timeout_s=20)  # it is told, and then it dies

    again = start_servers(used_home)

    assert again == addresses
    assert ask(again.database_owner_url, "SELECT answer FROM kept") == [(42,)]


def test_a_pid_file_that_names_another_process_is_no_obstacle(used_home):
    start_servers(used_home)
    stop_servers(used_home)
    data = place_servers(used_home, remembered=load_state(used_home).runtime).runtime / "pg/data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n1\n\n127.0.0.1\n\nready\n")
    remember_pid(used_home.pids / "redis", os.getpid())
    (used_home.pids / "redis").write_text(f"{os.getpid()} 1\n")

    start_servers(used_home)

    assert running_servers(used_home) == {"postgres": True, "redis": True}


def test_a_half_made_data_folder_is_made_again(home):
    pg = home.path / "pg"
    (pg / "data.new/base").mkdir(parents=True)
    (pg / "data/base").mkdir(parents=True)

    addresses = start_servers(home)

    assert ask(addresses.database_url, "SELECT 1") == [(1,)]


def test_two_starters_at_once_start_one_server(home):
    found = []
    starters = [threading.Thread(target=lambda: found.append(start_servers(home))) for _ in range(2)]

    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert len(found) == 2
    assert found[0] == found[1]


def test_a_taken_port_is_replaced_by_a_free_one(used_home):
    first = start_servers(used_home)
    stop_servers(used_home)
    port = load_state(used_home).redis_port
    with socket.create_server(("127.0.0.1", port)):
        second = start_servers(used_home)

    assert first.database_url == second.database_url
    assert first.redis_url != second.redis_url


def test_the_last_user_stops_the_servers(used_home):
    with servers_in_use(used_home):
        with servers_in_use(used_home):
            pass
        assert running_servers(used_home) == {"postgres": True, "redis": True}

    assert running_servers(used_home) == {"postgres": False, "redis": False}


def test_pinned_servers_stay_until_they_are_stopped(used_home):
    start_servers(used_home, pin=True)
    with servers_in_use(used_home):
        pass
    assert running_servers(used_home) == {"postgres": True, "redis": True}

    assert stop_servers(used_home) == ["Redis", "PostgreSQL"]


def test_a_home_that_nobody_else_may_enter_still_works(folder, home):
    folder.chmod(0o700)

    assert ask(start_servers(home).database_url, "SELECT 1") == [(1,)]
    assert load_state(home).runtime.startswith("/") == (os.geteuid() == 0)


def test_the_database_of_tests_lies_in_memory_until_it_is_stopped(home, monkeypatch):
    monkeypatch.setattr(placement, "MEMORY_BYTES_MIN", 0)
    tests = find_tests_home()
    where = start_servers(tests).database_url
    lies = placement.place_servers(tests, remembered=load_state(tests).runtime).runtime / "pg"
    in_memory = lies.readlink()

    assert in_memory.parent == placement.MEMORY and ask(where, "SHOW fsync") == [("off",)]
    assert running_servers(tests) == {"postgres": True, "redis": True} and in_memory.stat().st_mode & 0o77 == 0
    assert stop_servers(tests) == ["Redis", "PostgreSQL"]
    assert not in_memory.exists() and not lies.is_symlink()


def test_memory_of_somebody_else_is_refused_and_where_there_is_little_the_disk_is_used(folder, monkeypatch):
    monkeypatch.setattr(placement, "MEMORY", folder)
    monkeypatch.setattr(placement, "MEMORY_BYTES_MIN", 10**18)
    placed = placement.Placement(folder, folder, None)
    assert not placement.make_folder(placed, "disk", in_memory=True).is_symlink()

    monkeypatch.setattr(placement, "MEMORY_BYTES_MIN", 0)
    taken = placement.make_folder(placed, "pg", in_memory=True)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(StackError, match="is somebody else's: remove"):
        placement.make_folder(placed, "pg", in_memory=True)
    monkeypatch.undo()
    placement.forget_memory(folder, "pg")
    assert not os.path.lexists(taken)


def test_a_full_disk_is_said_before_anything_is_made(folder):
    with pytest.raises(StackError, match=r"MB are free on the disk of .*: free \d+ MB, or set CU_HOME"):
        require_free_space(folder, free_bytes_min=10**18)


def test_a_disk_that_fills_up_later_is_named_too():
    assert "the disk is full" in explain("PostgreSQL did not start", "FATAL: write: No space left on device")


def test_another_platform_is_refused_with_what_to_do():
    with pytest.raises(StackError, match="not on Darwin arm64: set DATABASE_URL and REDIS_URL"):
        require_platform(system="Darwin", machine="arm64")


def test_a_folder_that_cannot_be_used_is_named(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setenv("CU_HOME", str(folder / "file/.cu"))

    with pytest.raises(StackError, match="set CU_HOME to another"):
        find_home()


def test_a_home_has_a_master_key_and_an_older_one_gets_it_added(home):
    first = read_secrets(home)
    home.secrets_file.write_text(f"OPENAI_API_KEY=theirs\nSECRET_KEY={first['SECRET_KEY']}")  # of an earlier release

    find_home()
    second = read_secrets(home)
    find_home()

    assert len(base64.b64decode(second["CU_MASTER_KEY"])) == 32
    assert second.keys() == first.keys() | {"OPENAI_API_KEY"}
    assert (second["OPENAI_API_KEY"], second["SECRET_KEY"]) == ("theirs", first["SECRET_KEY"])
    assert second["CU_MASTER_KEY"] != first["CU_MASTER_KEY"]
    assert read_secrets(home) == second
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600


def test_first_commands_at_once_agree_on_one_master_key(home):
    home.secrets_file.unlink()
    seen: list[dict[str, str]] = []
    threads = [threading.Thread(target=lambda: seen.append(read_secrets(find_home()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8 and seen.count(seen[0]) == 8


def test_a_server_that_cannot_start_says_why(used_home):
    version = place_servers(used_home, remembered=load_state(used_home).runtime).runtime / "pg/data/PG_VERSION"
    own = version.read_text()
    version.write_text("9\n")

    with pytest.raises(StackError, match=r"PostgreSQL did not start: .*incompatible.*\(more in .*postgres.log\)"):
        start_servers(used_home)
    version.write_text(own)


def test_addresses_hide_their_secrets_when_printed(shared):
    _, addresses = shared

    shown = repr(replace(addresses, secrets={"SECRET_KEY": "s3cret"}))

    assert "s3cret" not in shown
    assert load_state(shared[0]).owner_password not in shown
