"""The stream's report of what an answer has told is no news; anything more is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel.market import Side
from trading.exchanges.types import Accepted, OrderKind, OrderRequest, Unknown, VenueOrder, VenueStatus, VenueTrade
from trading.execution.trader.told import Told
from trading.execution.types import Answered, Sending

TRADE = VenueTrade("7", "100", "BTC/USDT", Side.BUY, Decimal(100), Decimal("0.1"), Decimal(0), "USDT", 1)
FILLED = VenueOrder(
    "100", "cu1", "BTC/USDT", Side.BUY, VenueStatus.FILLED, Decimal("0.1"), Decimal("0.1"), 1, trades=(TRADE,)
)
RESTING = replace(FILLED, status=VenueStatus.OPEN, executed=Decimal(0), trades=())


def answer_of(outcome):
    request = OrderRequest("cu1", "BTC/USDT", Side.BUY, OrderKind.LIMIT, Decimal("0.1"), signed_at_ms=0, window_ms=0)
    return Answered(Sending(1, 1, "entry", request), outcome)


def told(*orders, **limits):
    memory = Told(**limits)
    memory.keep([answer_of(Accepted(order)) for order in orders])
    return memory


@pytest.mark.parametrize("piece", [FILLED, replace(FILLED, trades=()), RESTING, TRADE])
def test_what_the_answer_told_is_no_news(piece):
    assert told(FILLED).news_in([piece]) == []


@pytest.mark.parametrize(
    "piece",
    [
        replace(RESTING, executed=Decimal("0.05")),
        replace(RESTING, status=VenueStatus.CANCELLED),
        replace(FILLED, venue_order_id="101"),
        replace(TRADE, trade_id="8"),
        replace(RESTING, trades=(TRADE,)),
        TRADE,
        answer_of(Accepted(RESTING)),
    ],
)
def test_anything_more_is_news(piece):
    assert told(RESTING).news_in([piece]) == [piece]


def test_an_answer_without_all_its_trades_covers_nothing_that_may_bring_them():
    short = replace(FILLED, trades=())

    assert told(short).news_in([FILLED, short, TRADE]) == [FILLED, short, TRADE]


def test_only_what_was_accepted_is_told():
    memory = Told()
    memory.keep([answer_of(Unknown("timeout")), FILLED])

    assert memory.news_in([FILLED]) == [FILLED]


def test_the_oldest_are_forgotten():
    memory = told(RESTING, replace(RESTING, venue_order_id="101"), kept_max=1)

    assert memory.news_in([RESTING, replace(RESTING, venue_order_id="101")]) == [RESTING]
