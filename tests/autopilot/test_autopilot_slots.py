"""Which slots are due: what the feed has shown on this market and the tenant has not worked."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.slots import due_slots, price_age, run_due_cycles
from aiengine.autopilot.tasks import sweep_old_claims
from cryptouniverse.kernel import clock
from tests.autopilot.market import given_desk, given_slots
from trading.execution.models import Fill
from trading.marketdata.services import choose_market
from trading.marketdata.simulation import TIMEFRAME
from trading.marketdata.types import FeedState, MarketSource

HOUR = TIMEFRAME.ms


@pytest.fixture
def feed() -> FeedState:
    return FeedState(
        source=MarketSource.SIMULATED,
        timeframe=TIMEFRAME,
        cursor_ms=100 * HOUR,
        end_ms=1_000 * HOUR,
        speed=Decimal(2),
        running=True,
        ended=False,
        updated_at=clock.now(),
    )


def given_runs(*works: tuple[str, int], market: str = "simulated") -> None:
    for work, slot in works:
        CycleRun.objects.create(
            market=market, timeframe=TIMEFRAME.value, slot_ms=slot * HOUR, work=work, ran_at=clock.now()
        )


def test_a_tenant_without_a_run_begins_at_the_newest_slot(acme, feed):
    assert due_slots(feed) == [100 * HOUR]


def test_a_tenant_that_fell_behind_works_every_slot_in_order(acme, feed):
    given_runs(("settle", 97), ("decide", 97))

    assert due_slots(feed) == [98 * HOUR, 99 * HOUR, 100 * HOUR]


def test_a_slot_that_was_settled_but_not_decided_is_worked_again(acme, feed):
    given_runs(("settle", 99), ("decide", 98))

    assert due_slots(feed) == [99 * HOUR, 100 * HOUR]


def test_claims_of_long_ago_are_forgotten_and_the_next_slot_is_the_same(acme, feed):
    given_runs(*((work, slot) for work in ("settle", "decide") for slot in (96, 97, 98)), ("settle", 3))
    CycleRun.objects.exclude(slot_ms=97 * HOUR).update(ran_at=clock.now() - timedelta(days=31))
    before = due_slots(feed)

    sweep_old_claims.run()
    assert sorted(CycleRun.objects.values_list("slot_ms", "work")) == [
        (97 * HOUR, "decide"), (97 * HOUR, "settle"), (98 * HOUR, "decide"), (98 * HOUR, "settle"),
    ]  # fmt: skip
    assert due_slots(feed) == before == [99 * HOUR, 100 * HOUR]


def test_another_market_has_slots_of_its_own(acme, feed):
    given_runs(("settle", 900), ("decide", 900), ("settle", 100), ("decide", 100))

    assert due_slots(feed) == []
    assert due_slots(replace(feed, source=MarketSource.IMPORTED)) == [100 * HOUR]


def test_the_age_of_a_price_is_counted_by_the_wall(feed):
    assert price_age(feed, 100 * HOUR) == 0
    assert price_age(feed, 90 * HOUR) == 5
    assert price_age(replace(feed, speed=Decimal(0)), 90 * HOUR) == 0


def test_due_cycles_run_up_to_the_feed_and_then_there_is_nothing_to_do(acme):
    given_desk()
    choose_market(online=False)
    first = given_slots(0, 1)[0]
    given_runs(("settle", first // HOUR + 40), ("decide", first // HOUR + 40))

    assert run_due_cycles() > 40
    assert run_due_cycles() == 0
    assert Fill.objects.exists()
