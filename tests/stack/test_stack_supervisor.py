"""The supervisor: what dies comes back, what cannot stay up stops everything, and nothing is left behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from contextlib import closing

import pytest

from cryptouniverse.stack.errors import StackError
from cryptouniverse.stack.ports import choose_port
from cryptouniverse.stack.processes import living_pid, remember_pid
from cryptouniverse.stack.programs import end_leftovers
from cryptouniverse.stack.servers import start_servers
from cryptouniverse.stack.supervisor import Supervisor, answers, product_commands, run, stop_supervisor

STAYS = "import signal; print('up', flush=True); signal.pause()"
WEB = """
    import http.server, os
    class Face(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/healthz" and "DATABASE_OWNER_URL" not in os.environ else 500)
            self.end_headers()
        def log_message(self, *parts): pass
    http.server.HTTPServer(("127.0.0.1", int(os.environ["CU_PORT"])), Face).serve_forever()
"""
NEWS = """
    import os, sys
    os.environ["DATABASE_OWNER_URL"]
    print("one-time word: lantern")
    print("migrated", file=sys.stderr)
"""


def supervisor(home, addresses, **programs) -> Supervisor:
    scripts = {"bootstrap": NEWS, "web": WEB, "worker": STAYS, "beat": STAYS} | programs
    commands = {name: [sys.executable, "-c", textwrap.dedent(script)] for name, script in scripts.items()}
    return Supervisor(home, addresses, choose_port(0), commands, patience_s=0.01)


def drive(stage: Supervisor, until, *, timeout_s=20.0) -> None:
    """Let the supervisor work until `until` is true, then stop it as Ctrl-C does."""

    async def go() -> None:
        work = asyncio.create_task(stage.work())
        deadline = time.monotonic() + timeout_s
        while not work.done() and not until() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        late = time.monotonic() >= deadline
        work.cancel()
        [outcome] = await asyncio.gather(work, return_exceptions=True)
        if isinstance(outcome, StackError):
            raise outcome
        assert not late

    asyncio.run(go())


def shown(capfd, word) -> bool:
    shown.text += capfd.readouterr().out
    return word in shown.text


@pytest.fixture(autouse=True)
def _nothing_shown():
    shown.text = ""


def test_all_comes_up_and_the_addresses_and_the_one_time_words_are_printed(shared, capfd):
    stage = supervisor(*shared)

    drive(stage, lambda: shown(capfd, "Ctrl-C stops everything"))

    assert f"http://demo.localhost:{stage.port}" in shown.text
    assert "one-time word: lantern" in shown.text
    assert not asyncio.run(answers(stage.port))


def test_one_time_words_stay_out_of_the_logs(shared, capfd):
    home, _ = shared

    drive(supervisor(*shared), lambda: shown(capfd, "Ctrl-C stops everything"))

    assert "bootstrap | migrated" in (home.logs / "bootstrap.log").read_text()
    assert not [log for log in home.logs.iterdir() if "lantern" in log.read_text(errors="replace")]


def test_a_killed_worker_comes_back(shared, capfd):
    home, _ = shared
    killed = []

    def killed_and_back() -> bool:
        pid = living_pid(home.pids / "worker")
        if pid and not killed:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)
        return pid is not None and pid not in killed

    drive(supervisor(*shared), killed_and_back)

    assert shown(capfd, "worker ended with code -9 and starts again in 0.02 s")


def test_a_program_that_cannot_stay_up_stops_everything_with_its_last_words(shared):
    with pytest.raises(
        StackError, match=r"beat ended 5 times in a row, so all is stopped: no clock \(more in .*beat.log"
    ):
        drive(supervisor(*shared, beat="raise SystemExit('no clock')"), lambda: False)


def test_a_failed_bootstrap_starts_nothing(shared):
    home, _ = shared

    with pytest.raises(StackError, match="The database could not be prepared: no such table"):
        drive(supervisor(*shared, bootstrap="raise SystemExit('no such table')"), lambda: False)

    assert living_pid(home.pids / "web") is None


def test_faults_reach_the_screen_and_the_rest_only_the_log(shared, capfd):
    script = "print('2026 [info     ] calm'); print('2026 [error    ] lost', flush=True);" + STAYS

    drive(supervisor(*shared, worker=script), lambda: shown(capfd, "lost"))

    assert "calm" not in shown.text
    assert "worker | 2026 [info     ] calm" in (shared[0].logs / "worker.log").read_text()


def test_a_server_that_dies_comes_back_where_it_was(shared):
    home, addresses = shared
    os.kill(living_pid(home.pids / "redis"), signal.SIGKILL)

    drive(supervisor(*shared), lambda: living_pid(home.pids / "redis") is not None)

    assert start_servers(home) == addresses


def test_children_that_outlive_a_killed_program_are_ended(shared):
    home, _ = shared
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STAYS!r}]); print('led', flush=True)"
    leader = subprocess.Popen(
        [sys.executable, "-c", script + "; import signal; signal.pause()"],
        env=os.environ | {"CU_ENV_FILE": str(home.secrets_file)}, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    remember_pid(home.pids / "worker", leader.pid)
    with leader:
        said = {leader.stdout.readline(), leader.stdout.readline()}  # a child in the middle of exec has no environment
        leader.kill()
        end_leftovers(home, "worker")

        assert said == {b"led\n", b"up\n"} and leader.stdout.read() == b""  # its end: nobody holds it open


def test_a_port_in_use_is_said_at_once(shared):
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as taken,
        pytest.raises(StackError, match=r"Port \d+ is in use"),
    ):
        run(shared[0], port=taken.getsockname()[1])


def test_a_second_supervisor_is_refused(shared):
    home, _ = shared
    holder = (
        "import fcntl, sys, signal; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); print(flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", holder, home.path / "run.lock"], stdout=subprocess.PIPE) as first:
        first.stdout.readline()
        with pytest.raises(StackError, match="already runs from this folder"):
            run(home, port=choose_port(0))
        first.kill()


def test_stop_ends_a_running_supervisor(shared):
    home, _ = shared
    with subprocess.Popen([sys.executable, "-c", STAYS], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        remember_pid(home.pids / "supervisor", process.pid)

        assert stop_supervisor(home)
        assert process.wait() == -signal.SIGTERM


def test_every_queue_is_read(shared):
    from cryptouniverse.celery import COURIER_QUEUES, QUEUES

    commands = product_commands(*shared, port=8000)
    assert ",".join(QUEUES) in commands["worker"]
    assert ",".join(COURIER_QUEUES) in commands["courier"]
