"""The trader is killed at every point of the order protocol; the sandbox's journal says what became of its orders."""

import json
from contextlib import contextmanager, suppress
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from tests.proofs import wrong_protocols
from tests.proofs.programs import manage
from trading.connections.services import opening
from trading.execution.crash.checker import check
from trading.execution.crash.plan import Kill
from trading.execution.crash.running import run_kills
from trading.execution.crash.stage import exchange, free_port, set_stage

KILLS = 10_000 if settings.CU.cu_soak else 500
FACTOR = Decimal("0.05")
DIFFERENCES = (
    "duplicates", "missing", "unmapped", "wrong_fills", "wrong_amounts", "reserved_wrong", "bare", "unfinished",
)  # fmt: skip
AFTER_SENDING = ("body.sent", "headers.read", "body.read", "ack.update")
pytestmark = [pytest.mark.prove, pytest.mark.timeout(0)]


@contextmanager
def staged(seed):
    with opening(), exchange(free_port(), seed=seed) as (control, url, journal):
        yield set_stage(control, url, journal, factor=FACTOR, seed=seed), journal


def test_no_kill_at_any_point_doubles_or_loses_an_order(django_db_setup):
    """The command as people run it: its sessions are forked from a process that holds no tests."""
    arguments = ["crash_test", "--kills", str(KILLS), "--seed", "1", "--factor", str(FACTOR), "--json"]
    done = manage(*arguments, database=connection.settings_dict["NAME"])

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["kills"], report["pairs_too_seldom"]) == (KILLS, [])
    assert {name: report[name] for name in DIFFERENCES} == dict.fromkeys(DIFFERENCES, 0)
    assert report["orders"] > KILLS / 2
    assert report["fills"] > KILLS / 4


@pytest.mark.parametrize(
    "wrong",
    [
        wrong_protocols.resend_the_same_id,
        wrong_protocols.resend_under_a_new_id,
        wrong_protocols.ask_once_then_resend,
    ],
)
def test_a_wrong_protocol_is_caught(fresh_tenant, wrong):
    """Killed after sending, and left to come to rest, until the venue has what nobody asked for."""
    with staged(seed=2) as (stage, journal):
        for kill in (Kill(point, nth=1, seed=number) for number in range(6) for point in AFTER_SENDING):
            with suppress(RuntimeError):  # what it leaves may be too wrong for a last session to end well
                run_kills(stage, fresh_tenant, {"ignored": [kill]}, wrong=wrong)
            found = check(journal, [stage.accounts["ignored"]])
            if found.duplicates:
                break

    assert found.duplicates and not found.sound
