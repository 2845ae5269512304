"""Settling on paper: opens, stops and targets fill as the market would, and the books follow to the last digit."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.trading.desk import BTC, ETH, candle, enter, fills, leave, meet, orders, slot, trader
from trading.execution.models import Intent, Order
from trading.execution.services import place_recorded
from trading.fills.types import Costs
from trading.portfolio.models import EquityPoint, LotClose, Portfolio, Position

FLAT = ("100", "100", "100", "100")


def test_an_entry_fills_at_the_next_open_and_gets_its_stop(acme):
    portfolio = trader()
    enter(portfolio)

    meet(1, candle(BTC, "100", "105", "95", "104"))

    portfolio.refresh_from_db()
    position = Position.objects.get()
    assert fills() == ["buy 0.1 at 100 (entry)"]
    assert orders() == ["entry filled", "protect open"]
    assert (position.quantity, position.stop_price, position.cost) == (Decimal("0.1"), 90, Decimal("10.01"))
    assert (portfolio.cash, portfolio.reserved) == (Decimal("9989.99"), 0)
    assert portfolio.equity == Decimal("9989.99") + Decimal("10.4")


def test_slippage_makes_both_sides_worse(acme):
    enter(trader())

    meet(1, candle(BTC, *FLAT), costs=Costs(slippage_bps=50))
    leave(Position.objects.get(), number=1)
    meet(2, candle(BTC, *FLAT), costs=Costs(slippage_bps=50))

    assert fills() == ["buy 0.1 at 100.5 (entry)", "sell 0.1 at 99.5 (exit)"]


def test_an_entry_whose_open_is_above_its_limit_expires_and_frees_its_cash(acme):
    portfolio = trader()
    enter(portfolio, limit="101")

    meet(1, candle(BTC, "101.01", "102", "101", "101"))

    portfolio.refresh_from_db()
    assert (fills(), orders()) == ([], ["entry expired"])
    assert Order.objects.get().reason == "price_collar"
    assert (portfolio.cash, portfolio.reserved) == (10_000, 0)


def test_an_entry_that_misses_its_open_expires_instead_of_chasing(acme):
    enter(trader(), number=0)

    meet(1, candle(ETH, *FLAT))
    meet(2, candle(BTC, *FLAT))

    assert (fills(), Order.objects.get().reason) == ([], "missed_open")


def test_an_exit_waits_for_the_next_candle_and_is_never_dropped(acme):
    enter(trader())
    meet(1, candle(BTC, *FLAT))
    leave(Position.objects.get(), number=1)

    meet(2, candle(ETH, *FLAT))
    meet(3, candle(ETH, *FLAT))
    meet(4, candle(BTC, "98", "98", "98", "98"))

    assert fills()[-1] == "sell 0.1 at 98 (exit)"
    assert orders() == ["entry filled", "protect cancelled", "exit filled"]


@pytest.mark.parametrize(
    ("prices", "fill"),
    [
        (("100", "121", "99", "110"), "sell 0.1 at 120 (target)"),
        (("100", "101", "89", "95"), "sell 0.1 at 90 (stop)"),
        (("100", "130", "80", "100"), "sell 0.1 at 90 (stop)"),
        (("85", "95", "80", "90"), "sell 0.1 at 85 (stop)"),
        (("125", "130", "124", "126"), "sell 0.1 at 125 (target)"),
    ],
)
def test_stop_and_target_inside_the_bar(acme, prices, fill):
    enter(trader())
    meet(1, candle(BTC, *FLAT))

    meet(2, candle(BTC, *prices))

    assert fills()[-1] == fill
    assert Position.objects.get().closed_slot_ms == slot(2)


def test_a_target_that_is_only_touched_does_not_fill(acme):
    enter(trader())

    meet(1, candle(BTC, "100", "120", "95", "119"))

    assert fills() == ["buy 0.1 at 100 (entry)"]


def test_a_position_can_be_stopped_in_the_bar_that_opened_it(acme):
    enter(trader())

    meet(1, candle(BTC, "100", "101", "89", "90"))

    assert fills() == ["buy 0.1 at 100 (entry)", "sell 0.1 at 90 (stop)"]


def test_an_exit_at_the_open_comes_before_the_stop_in_the_same_bar(acme):
    enter(trader())
    meet(1, candle(BTC, *FLAT))
    leave(Position.objects.get(), number=1)

    meet(2, candle(BTC, "100", "100", "80", "80"))

    assert fills()[1:] == ["sell 0.1 at 100 (exit)"]
    assert orders() == ["entry filled", "protect cancelled", "exit filled"]


def test_profit_is_what_came_in_less_what_went_out(acme):
    portfolio = trader()
    enter(portfolio)
    meet(1, candle(BTC, *FLAT))

    [fill] = meet(2, candle(BTC, "125", "130", "124", "126"))

    portfolio.refresh_from_db()
    close = LotClose.objects.get()
    assert fill.profit == close.profit == Decimal("12.5") - Decimal("0.0125") - Decimal("10.01")
    assert portfolio.realised == portfolio.day_realised == fill.profit
    assert portfolio.cash == 10_000 + fill.profit


def test_cash_that_does_not_cover_an_entry_is_refused_by_the_database(acme):
    portfolio = trader(cash="10")

    with pytest.raises(IntegrityError), transaction.atomic():
        enter(portfolio, quantity="1")

    assert not Intent.objects.exists()


def test_a_second_entry_in_flight_for_the_same_bot_is_refused_by_the_database(acme):
    portfolio = trader()
    enter(portfolio, number=0)

    with pytest.raises(IntegrityError), transaction.atomic():
        enter(portfolio, number=1)


def test_a_recorded_intent_is_placed_once_however_often_it_is_tried(acme):
    enter(trader(), place=False)

    assert [place_recorded(), place_recorded()] == [1, 0]
    assert Order.objects.count() == 1


def test_client_order_ids_are_short_plain_and_never_alike(acme):
    portfolio = trader()
    ids = {enter(portfolio, instrument=instrument).client_order_id for instrument in (BTC, ETH)}

    assert len(ids) == 2
    assert all(len(name) == 32 and name.isalnum() and name.startswith("cu") for name in ids)


def test_every_slot_adds_one_point_to_the_equity_curve(acme):
    portfolio = trader()
    enter(portfolio)

    meet(1, candle(BTC, *FLAT))
    meet(2, candle(BTC, "100", "110", "100", "110"))

    curve = list(EquityPoint.objects.order_by("slot_ms").values_list("slot_ms", "equity"))
    assert curve == [(slot(1), Decimal("9999.99")), (slot(2), Decimal("10000.99"))]


def test_the_risk_day_begins_at_utc_midnight_with_the_value_of_the_day_before(acme):
    portfolio = trader()
    enter(portfolio)
    meet(23, candle(ETH, *FLAT))
    Portfolio.objects.update(equity=9_000)

    meet(24, candle(ETH, *FLAT))

    portfolio.refresh_from_db()
    assert (portfolio.day_start_equity, portfolio.day_realised) == (9_000, 0)


def test_settling_many_orders_costs_a_fixed_number_of_queries(acme, django_assert_max_num_queries):
    for number in range(20):
        enter(trader(f"t{number}@example.com"))

    with django_assert_max_num_queries(80):  # search_path is set for each; the 20 traders add none
        meet(1, candle(BTC, *FLAT))

    assert len(fills()) == 20
