"""The stage of orders by hand on paper: a market that stands still until a test says what its next candle is."""

from decimal import Decimal

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from tests.autopilot.market import given_market
from tests.trading import desk as books
from tests.trading.desk import HOUR, candle, fills, trader
from trading.execution.models import Intent
from trading.execution.services import place_by_hand
from trading.execution.tickets import Ticket
from trading.marketdata.models import Feed
from trading.marketdata.selectors import prices_at
from trading.marketdata.simulation import EPOCH_MS


def standing_market():
    """An instrument of the simulated market and the slot at which it stands; candles come as each test says."""
    slot_ms = EPOCH_MS + 6 * DAY_MS
    facts = {"source": "simulated", "timeframe": HOUR.value, "cursor_ms": slot_ms, "end_ms": slot_ms}
    name = given_market()[0]
    Feed.objects.update_or_create(defaults={**facts, "updated_at": clock.now(), "running": True})
    return name, slot_ms


def rich_desk():
    """A portfolio whose limits allow much."""
    return trader(cash="100000", position_pct_max=100, open_positions_max=50)


def now(market):
    """The instrument and its last price."""
    name, slot_ms = market
    found, (*_, last) = prices_at([name], HOUR, slot_ms=slot_ms)[name]
    return found, found.price_of(last)


def at(market, part: str) -> Decimal:
    """A price as a part of the last one, on the instrument's grid."""
    instrument, price = now(market)
    return instrument.price_of(instrument.ticks_nearest(price * Decimal(part)))


def ticket(market, kind="market", **said) -> Ticket:
    needs = {
        "limit": {"limit_price": at(market, "0.99")},
        "stop": {"trigger_price": at(market, "1.02")},
        "stop_limit": {"trigger_price": at(market, "1.02"), "limit_price": at(market, "1.025")},
        "trailing": {"entry_trail_bps": 100},
        "oco": {"limit_price": at(market, "0.98"), "trigger_price": at(market, "1.02")},
    }
    usual = {"quantity": size(market, 1_000), "stop_price": at(market, "0.95"), **needs.get(kind, {})}
    return Ticket(kind=kind, **{**usual, **said})


def size(market, notional) -> Decimal:
    instrument, price = now(market)
    return instrument.quantity_of(instrument.steps_down(Decimal(notional) / price))


def place(desk, market, key="k1", **said) -> Intent:
    asked = said if "ticket" in said else {"ticket": ticket(market, **said)}
    return place_by_hand(portfolio=desk, actor=desk.owner, instrument_id=market[0], key=key, **asked)


def bar(market, *parts):
    instrument, _ = now(market)
    return candle(instrument, *(str(at(market, part)) for part in parts))


def meet(number, *candles):
    """Settle the candle `number` after the one at which orders are placed."""
    return books.meet(number + 1 + (EPOCH_MS + 6 * DAY_MS - books.DAY_ONE) // HOUR.ms, *candles)


def bought_and_sold():
    return [text.split()[0] + " " + text.split()[-1] for text in fills()]
