"""The trader is killed at every point of the order protocol; the sandbox's journal says what became of its orders."""

from contextlib import contextmanager, suppress
from decimal import Decimal

import pytest
from django.conf import settings

from cryptouniverse.kernel.crashpoints import CRASHPOINTS
from tests.proofs import wrong_protocols
from trading.connections.services import opening
from trading.execution.crash.checker import check
from trading.execution.crash.plan import SEMANTICS, TIMES_MIN, Kill, kills_of
from trading.execution.crash.running import run_kills
from trading.execution.crash.stage import exchange, free_port, set_stage

KILLS = 10_000 if settings.CU.cu_soak else 500
FACTOR = Decimal("0.05")
AFTER_SENDING = ("body.sent", "headers.read", "body.read", "ack.update")
pytestmark = [pytest.mark.prove, pytest.mark.timeout(0)]


@contextmanager
def staged(seed):
    with opening(), exchange(free_port(), seed=seed) as (control, url, journal):
        yield set_stage(control, url, journal, factor=FACTOR, seed=seed), journal


def test_no_kill_at_any_point_doubles_or_loses_an_order(fresh_tenant, one_path):
    with staged(seed=1) as (stage, journal):
        counted = run_kills(stage, fresh_tenant, kills_of(KILLS, seed=1))
        found = check(journal, stage.accounts.values())

    seldom = {(s, p): counted[s, p] for s in SEMANTICS for p in CRASHPOINTS if counted[s, p] < TIMES_MIN}
    assert (sum(counted.values()), seldom) == (KILLS, {})
    assert found.sound, found
    assert found.orders > KILLS / 2
    assert found.fills > KILLS / 4


@pytest.mark.parametrize(
    "wrong",
    [
        wrong_protocols.resend_the_same_id,
        wrong_protocols.resend_under_a_new_id,
        wrong_protocols.ask_once_then_resend,
    ],
)
def test_a_wrong_protocol_is_caught(fresh_tenant, one_path, wrong):
    """Killed after sending, and left to come to rest, until the venue has what nobody asked for."""
    with staged(seed=2) as (stage, journal):
        for kill in (Kill(point, nth=1, seed=number) for number in range(6) for point in AFTER_SENDING):
            with suppress(RuntimeError):  # what it leaves may be too wrong for a last session to end well
                run_kills(stage, fresh_tenant, {"ignored": [kill]}, wrong=wrong)
            found = check(journal, [stage.accounts["ignored"]])
            if found.duplicates:
                break

    assert found.duplicates and not found.sound
