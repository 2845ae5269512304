"""Many workers on the same slots do what one does: each piece of work once, the same fills, and books that hold."""

import random
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connection

from aiengine.autopilot.claims import DECIDE, SETTLE
from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.replay import proof
from aiengine.autopilot.slots import run_due_cycles
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.services import create_tenant, drop_tenant
from tests.autopilot.market import given_market, given_slots, play
from tests.people import member
from tests.proofs.storm import sized
from tests.proofs.workers import KILLED, Share, alone, at_once
from tests.web.stage import given_desk, given_time_passes
from tests.web.stage import given_market as given_feed
from trading.execution.models import Fill
from trading.marketdata.simulation import EPOCH_MS

pytestmark = [pytest.mark.prove, pytest.mark.timeout(600)]

WORKERS = 4
SLOTS = sized(48, 336)  # the market that is made has no more
ROUNDS, SLOTS_A_ROUND = sized(6, 60), 5
STATEMENTS = 100  # fewer than one worker takes that finds all of a round due: some 136 to 215
PEOPLE = {"alice": 100_000, "bob": 4_000}


def given_people():
    """Two traders who topped up before the market began."""
    with clock.at(clock.from_ms(EPOCH_MS)):
        for name, cash in PEOPLE.items():
            given_desk(member(f"{name}@example.com", display_name=name), cash=cash, credits=cash // 1_000)


@contextmanager
def straight():
    """A twin tenant in which one worker does everything."""
    tenant = create_tenant(slug="straight", name="Straight")
    try:
        with in_tenant(tenant):
            given_people()
        yield tenant
    finally:
        connection.set_schema_to_public()
        drop_tenant(slug="straight")


def fills_of_one_worker(slots):
    with straight() as tenant:
        alone(tenant, lambda: play(slots, run_cycle))
        with in_tenant(tenant):
            return sorted(proof.fill_lines())


def assert_each_piece_of_work_once(slots):
    runs = Counter(CycleRun.objects.values_list("slot_ms", "work"))
    assert set(runs.values()) == {1}
    for work in (SETTLE, DECIDE):
        assert sorted(slot for slot, done in runs if done == work) == list(slots)
    assert {name: wrong for name, wrong in proof.contradictions().items() if wrong} == {}


@pytest.mark.parametrize("kills", [(0, 0, 0, 0), (0, 61, 0, 149)])
def test_workers_on_the_same_slots_at_once_do_what_one_does(cleared, kills):
    given_market()
    given_people()
    slots = given_slots(6, SLOTS)

    done = at_once(cleared, [Share(lambda: len(play(slots, run_cycle)), dies_before=fatal) for fatal in kills])

    assert done == [KILLED if fatal else SLOTS for fatal in kills]
    assert_each_piece_of_work_once(slots)
    assert Fill.objects.count() > 10
    assert sorted(proof.fill_lines()) == fills_of_one_worker(slots)


def test_due_slots_are_worked_once_however_many_workers_are_offered_them_and_die(cleared):
    first_ms = given_feed(speed=1).cursor_ms
    given_people()
    alone(cleared, run_due_cycles)
    dice = random.Random(20240102)  # noqa: S311  # repeatable moments of death, not a secret

    for _ in range(ROUNDS):
        given_time_passes(SLOTS_A_ROUND)
        assert at_once(cleared, [_dying(dice)]) == [KILLED]
        at_once(cleared, [_dying(dice, 2 * STATEMENTS) for _ in range(WORKERS)])  # who finds little left outlives it
    alone(cleared, _work_all)

    slots = [first_ms + n * 3_600_000 for n in range(1 + ROUNDS * SLOTS_A_ROUND)]
    assert_each_piece_of_work_once(slots)
    assert sorted(proof.fill_lines()) == fills_of_one_worker(slots)


def _dying(dice, within=STATEMENTS):
    """Work that is offered, by a worker that dies at any statement of it."""
    return Share(_work_all, dies_before=dice.randint(2, within))


def _work_all():
    done = 0
    while worked := run_due_cycles():
        done += worked
    return done
