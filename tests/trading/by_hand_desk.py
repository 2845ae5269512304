"""A person's desk at an exchange, over the simulated market: what is ordered, what the venue does with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from tests.autopilot.market import given_market
from tests.trading.desk import HOUR, candle
from tests.trading.exchange_desk import Accepted, answer, given_desk, learn, send, trade, venue_order
from trading.exchanges.types import VenueStatus
from trading.execution.models import Intent
from trading.execution.services import place_by_hand
from trading.execution.tickets import Ticket
from trading.marketdata.models import Feed
from trading.marketdata.selectors import prices_at
from trading.marketdata.simulation import EPOCH_MS
from trading.portfolio.models import Portfolio
from trading.risk.services import change_limits

SLOT_MS = EPOCH_MS + 6 * DAY_MS


@pytest.fixture
def market(acme):
    """An instrument whose last price is known."""
    facts = {"source": "simulated", "timeframe": HOUR.value, "cursor_ms": SLOT_MS, "end_ms": SLOT_MS}
    name = given_market()[0]
    Feed.objects.update_or_create(defaults={**facts, "updated_at": clock.now(), "running": True})
    instrument, (*_, last) = prices_at([name], HOUR, slot_ms=SLOT_MS)[name]
    assert name.endswith("BTC/USDT")
    return instrument, instrument.price_of(last)


@pytest.fixture
def desk(market):
    made = given_desk(cash="100000")
    portfolio = Portfolio.objects.get(pk=made.portfolio_pk)
    change_limits(portfolio=portfolio, actor=portfolio.owner, position_pct_max=100, open_positions_max=50)
    return made


@pytest.fixture
def unproven(market):
    """A desk at an exchange of which nothing is proven: the platform holds for it what it can."""
    return given_desk(cash="100000", venue="okx")


def at(market, part: str) -> Decimal:
    instrument, price = market
    return instrument.price_of(instrument.ticks_nearest(price * Decimal(part)))


def place(desk, market, kind="limit", *, key="k", **said) -> Intent:
    needs = {
        "limit": {"limit_price": at(market, "0.99")},
        "stop": {"trigger_price": at(market, "1.02")},
        "stop_limit": {"trigger_price": at(market, "1.02"), "limit_price": at(market, "1.025")},
        "trailing": {"entry_trail_bps": 100},
        "oco": {"limit_price": at(market, "0.98"), "trigger_price": at(market, "1.02")},
    }
    usual = {"quantity": Decimal("0.02"), "stop_price": at(market, "0.95"), **needs.get(kind, {})}
    portfolio = Portfolio.objects.get(pk=desk.portfolio_pk)
    ticket = Ticket(kind=kind, **{**usual, **said})
    return place_by_hand(portfolio=portfolio, actor=portfolio.owner, instrument_id=market[0].id, ticket=ticket, key=key)


def resting(desk, market, kind="limit", **said):
    """An entry that the venue has accepted and that waits there, and its sending."""
    place(desk, market, kind, **said)
    sending = send(desk)
    order = venue_order(sending, f"e{sending.intent_pk}")
    answer(desk, sending, Accepted(order))
    return sending, order


def gets(desk, order, number, quantity, price, *, of="0.02"):
    """The venue fills a part of a resting order; the books take it in."""
    done = replace(
        order, executed=Decimal(of), status=VenueStatus.FILLED if Decimal(of) == order.quantity else VenueStatus.OPEN
    )
    return learn(desk, done, trade(order, number, quantity, price))


def bar(market, opened, high, low, close):
    return {market[0].id: candle(market[0], at(market, opened), at(market, high), at(market, low), at(market, close))}


def portfolio_of(desk) -> Portfolio:
    return Portfolio.objects.select_related("owner").get(pk=desk.portfolio_pk)
