"""What moves a bot's stop: the same fills as a plain stop until it moves, and then at the level that it has come to."""

import random
from decimal import Decimal

import pytest

from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from tests.trading.desk import BOT, BTC, candle, fills, leave, meet, orders, slot, trader
from trading.execution.models import Order
from trading.execution.moves import Moves, with_moves
from trading.execution.services import place_recorded, record_intents, stop_everything
from trading.execution.types import IntentDraft
from trading.portfolio.models import Position


@pytest.fixture
def desk(acme):
    return trader()


def enter(portfolio, *moves: int, number: int = 0, limit: str = "101", target: str | None = "120"):
    draft = IntentDraft(
        id=derived_id("moved", portfolio.pk, number),
        portfolio_pk=portfolio.pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=BTC.id,
        quantity=Decimal("0.1"),
        bot_id=BOT,
        limit_price=Decimal(limit),
        stop_price=Decimal(90),
        target_price=Decimal(target) if target else None,
        reserved=Decimal("0.1") * Decimal(limit) * Decimal("1.001"),
    )
    if moves:
        draft = with_moves(draft, Moves(*moves), BTC, last=Decimal(100))
    record_intents(drafts=[draft], slot_ms=slot(number))
    place_recorded()


def test_the_stop_trails_the_best_price(desk):
    enter(desk, 500, 0, 0, target=None)
    meet(1, candle(BTC, "100", "110", "99", "109"))
    assert Position.objects.get().stop_price == Decimal("104.5")
    meet(2, candle(BTC, "109", "109", "104", "105"))

    assert fills()[1] == "sell 0.1 at 104.5 (stop)"


def test_after_a_move_the_stop_is_at_the_entry_plus_fees(desk):
    enter(desk, 0, 300, 0, target=None)
    meet(1, candle(BTC, "100", "102", "99", "101"))
    assert Position.objects.get().stop_price == 90
    meet(2, candle(BTC, "101", "104", "100", "103"))
    assert Decimal(100) < Position.objects.get().stop_price < Decimal("100.5")


def test_it_is_sold_after_so_many_candles(desk):
    enter(desk, 0, 0, 2, target=None)
    for number in (1, 2, 3):
        meet(number, candle(BTC, "100", "101", "99", "100"))

    assert fills() == ["buy 0.1 at 100 (entry)", "sell 0.1 at 100 (exit)"]


def test_the_bots_own_exit_ends_it(desk):
    enter(desk, 500, 0, 0)
    meet(1, candle(BTC, "100", "101", "99", "100"))
    leave(Position.objects.get(), number=1)
    meet(2, candle(BTC, "100", "101", "99", "100"))
    assert sorted(orders()) == ["entry filled", "exit filled", "protect cancelled"]


def test_an_entry_that_waits_is_withdrawn_when_trading_stops(desk):
    enter(desk, 500, 0, 0)
    assert stop_everything(portfolio=desk, by="alice", reason="news") == 1
    meet(1, candle(BTC, "100", "101", "99", "100"))
    assert fills() == []


def test_an_entry_that_misses_its_open_expires_as_a_plain_one_does(desk):
    enter(desk, 500, 0, 0)
    meet(2, candle(BTC, "100", "101", "99", "100"))

    assert (fills(), Order.objects.get().reason) == ([], "missed_open")
    desk.refresh_from_db()
    assert desk.reserved == 0


def test_until_something_moves_its_fills_are_those_of_a_plain_stop(desk):
    """Two desks over the same random days, one with a time stop that never comes."""
    other = trader("bob@example.com")
    chosen = random.Random(11)  # noqa: S311  # a seed, so that it is the same each time
    for number in range(0, 120, 3):
        limit = f"{100 + chosen.random():.2f}"
        for portfolio, moves in ((desk, ()), (other, (0, 0, 10_000))):
            if not Position.objects.filter(portfolio=portfolio, closed_slot_ms=None).exists():
                enter(portfolio, *moves, number=number, limit=limit)
        for step in (1, 2, 3):
            opened = 100 + chosen.uniform(-1, 1.5)
            prices = (opened, opened + chosen.random() * 22, opened - chosen.random() * 11, opened)
            meet(number + step, candle(BTC, *(f"{price:.2f}" for price in prices)))
    mine = [row for row in fills() if row]
    half = len(mine) // 2
    assert mine[:half] == mine[half:]
    assert {row.split()[-1] for row in mine} == {"(entry)", "(stop)", "(target)"}
