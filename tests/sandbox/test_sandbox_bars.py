"""Bar mode: the documented fill rule, and the product's own fills over the same real candles, to the last digit."""

import random
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from cryptouniverse.kernel.market import Instrument
from tests.sandbox.venue_stage import NOW, new_venue, order, rich, settle, walk
from trading.execution.paper import NoFill, fill_at_open, fill_protection
from trading.execution.types import Candle as PaperCandle
from trading.execution.types import WorkingOrder
from trading.fills.types import Costs
from trading.marketdata.files import candle_files as product_files
from trading.marketdata.files import named, read_candle_file
from trading.marketdata.ticks import as_ticks
from trading.sandbox.candle_files import read_candles
from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.book import Candle
from trading.sandbox.venue.lists import place_pair
from trading.sandbox.venue.opening import set_status
from trading.sandbox.venue.orders import Ticket
from trading.sandbox.venue.placing import cancel
from trading.sandbox.venue.rebuild import rebuilt
from trading.sandbox.venue.state import Venue


def bar(number, text, volume="1"):
    """A bar from "open high low close"."""
    return Candle(number * 3_600_000, *(units(price) for price in text.split()), units(volume))


@pytest.fixture
def venue():
    venue = new_venue(in_bars=True)
    rich(venue)
    walk(venue, bar(1, "50000 50000 50000 50000"))
    return venue


@pytest.mark.parametrize(
    ("text", "more", "bars", "fill"),
    [
        ("BUY MARKET 1", {}, "50100 50200 50000 50150", "50125.05"),
        ("SELL MARKET 1", {}, "50100 50200 50000 50150", "50074.95"),
        ("BUY LIMIT 1 @ 50200", {"time_in_force": "IOC"}, "50100 50300 50000 50150", "50125.05"),
        ("BUY LIMIT 1 @ 50110", {"time_in_force": "IOC"}, "50100 50300 50000 50150", None),  # the slip breaks it
        ("BUY LIMIT 1 @ 49900", {}, "50000 50000 49900 50000", None),  # touched, not passed
        ("BUY LIMIT 1 @ 49900", {}, "50000 50000 49899.99 50000", "49900"),
        ("BUY LIMIT 1 @ 49900", {}, "49800 50000 49700 49900", "49800"),  # opens better
        ("SELL STOP_LOSS 1 ! 49000", {}, "49500 49600 49000 49200", "48975.5"),  # touched is enough
        ("SELL STOP_LOSS 1 ! 49000", {}, "48000 48100 47000 47500", "47976"),  # a gap: the open, not the stop
        ("SELL TAKE_PROFIT 1 ! 51000", {}, "50500 51000 50400 50600", "50974.5"),
        ("BUY STOP_LOSS 1 ! 51000", {}, "50500 51000 50400 50600", "51025.5"),
    ],
)
def test_orders_meet_the_next_bar_by_the_rule(venue, text, more, bars, fill):
    placed = order(venue, venue.accounts["alice"], text, **more)
    assert placed.trades == []
    walk(venue, bar(2, bars))
    assert [trade.price for trade in placed.trades] == ([units(fill)] if fill else [])


def test_a_stop_comes_before_its_target_where_a_bar_holds_both(venue):
    target, stop = pair(venue, venue.accounts["alice"], "1", "51000", "49000")
    walk(venue, bar(2, "50000 51500 48500 50500"))
    assert (target.status, stop.status, stop.trades[0].price) == ("EXPIRED", "FILLED", units("48975.5"))


def test_a_stop_whose_limit_is_broken_rests_and_fills_in_a_later_bar(venue):
    placed = order(venue, venue.accounts["alice"], "SELL STOP_LOSS_LIMIT 1 @ 48990 ! 49000")
    walk(venue, bar(2, "49500 49600 48900 49100"))
    assert (placed.working, placed.trades) == (True, [])
    walk(venue, bar(3, "48800 49000 48700 48900"))
    assert [trade.price for trade in placed.trades] == [units("48990")]


def test_nothing_fills_while_the_market_is_halted(venue):
    placed = order(venue, venue.accounts["alice"], "BUY MARKET 1")
    set_status(venue, "BTCUSDT", "HALT", NOW)
    walk(venue, bar(2, "50100 50200 50000 50150"))
    assert placed.trades == []


def test_a_bar_is_walked_once(venue):
    order(venue, venue.accounts["alice"], "BUY MARKET 1")
    assert walk(venue, bar(2, "50100 50200 50000 50150"))
    assert not walk(venue, bar(2, "50100 50200 50000 50150"))
    with pytest.raises(ValueError, match="later bar"):
        walk(venue, bar(0, "50100 50200 50000 50150"))


def pair(venue, account, quantity, target, stop):
    """An OCO list that closes a long position: target above, stop below."""
    common = {"symbol": "BTCUSDT", "side": "SELL", "quantity": units(quantity)}
    above = Ticket(kind="LIMIT_MAKER", price=units(target), **common)
    below = Ticket(kind="STOP_LOSS", stop=units(stop), **common)
    made = place_pair(venue, account, above, below, "", NOW)
    settle(venue)
    return [venue.orders[each] for each in made.order_ids]


# --- against the product ----------------------------------------------------------------------------------------------

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"))
ETH = Instrument("binance:ETH/USDT", "ETH", "USDT", Decimal("0.01"), Decimal("0.0001"))
COSTS = Costs()


class Paper:
    """The product's fills of one position at a time."""

    def __init__(self, instrument):
        self.instrument = instrument
        self.fills = []

    def open(self, candle, quantity, limit):
        return self._note(fill_at_open(self._order("entry", quantity, limit=limit), candle, 0, COSTS))

    def close(self, candle, quantity):
        return self._note(fill_at_open(self._order("exit", quantity), candle, 0, COSTS))

    def protect(self, candle, quantity, stop, target):
        return self._note(fill_protection(self._order("protect", quantity, stop=stop, target=target), candle, 0, COSTS))

    def _note(self, done):
        if done is None or isinstance(done, NoFill):
            return False
        price, quantity = (int(exact * 10**8) for exact in (done.price, done.quantity))
        self.fills.append((str(done.side).upper(), price, quantity, done.notional_minor, done.fee_minor))
        return True

    def _order(self, purpose, quantity, *, limit=None, stop=None, target=None):
        made = WorkingOrder(
            1, UUID(int=1), 1, 1, 1, None, self.instrument.id, purpose, quantity, limit, stop, target, Decimal(0), 0
        )
        return replace(made, purpose=purpose)


@pytest.mark.parametrize("instrument", [BTC, ETH], ids=lambda instrument: instrument.base)
def test_every_fill_is_the_products_over_the_same_real_candles(real_data, instrument):
    path = real_data / f"ohlcv/binance_{instrument.base}-USDT_1h.parquet"
    theirs = paper_fills(instrument, path)
    ours, venue = sandbox_fills(instrument, path)
    assert len(theirs) > 1000
    assert ours == theirs
    assert {fact["kind"] for fact in venue.facts} >= {"bar", "trade", "order_closed", "list_closed"}
    again = rebuilt(Venue(in_bars=True), venue.facts)
    assert again.accounts == venue.accounts


def decisions(seed):
    """What is done after each bar: (enter, size in hundredths, collar, stop and target distance, exit) by the seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    while True:
        yield (
            chance.random() < 0.5,
            Decimal(chance.randint(1, 200)) / 100,
            Decimal(chance.choice(["0.9995", "1.0002", "1.001", "1.01"])),
            Decimal(chance.choice(["0.002", "0.005", "0.02"])),
            chance.random() < 0.1,
        )


def floor_tick(price):
    return price.quantize(Decimal("0.01"), rounding="ROUND_DOWN")


def paper_fills(instrument, path):
    file = named(next(iter(product_files([path]))))
    columns = as_ticks(read_candle_file(file), instrument.tick)
    rows = zip(columns.open, columns.high, columns.low, columns.close, strict=True)
    paper, entry, held, leaving = Paper(instrument), None, None, False
    for (o, h, low, c), (enter, size, collar, distance, leave) in zip(rows, decisions(7), strict=False):
        candle = PaperCandle(instrument, int(o), int(h), int(low), int(c))
        close = instrument.price_of(int(c))
        if entry:
            quantity, limit = entry
            entry, held = None, (quantity, None, None) if paper.open(candle, quantity, limit) else None
        elif held and ((leaving and paper.close(candle, held[0])) or (held[1] and paper.protect(candle, *held))):
            held = None
        leaving = False
        if held and held[1] is None:
            held = held[0], floor_tick(close * (1 - distance)), floor_tick(close * (1 + distance))
        elif held:
            leaving = leave
        elif enter:
            entry = size, floor_tick(close * collar)
    return paper.fills


def sandbox_fills(instrument, path):
    symbol = f"{instrument.base}USDT"
    venue = new_venue(in_bars=True, symbols=(symbol,))
    account = rich(venue)
    entry = legs = exit_ = None
    size = Decimal(0)
    for candle, (enter, wanted, collar, distance, leave) in zip(read_candles(path), decisions(7), strict=False):
        walk(venue, candle, symbol)
        close = Decimal(venue.books[symbol].last) / 10**8
        if entry and entry.status == "FILLED":
            target, stop = (str(floor_tick(close * factor)) for factor in (1 + distance, 1 - distance))
            legs = pair_on(venue, account, symbol, str(size), target, stop)
        elif exit_ or (legs and not any(leg.is_open for leg in legs)):
            legs = exit_ = None
            if enter:
                entry, size = enter_at(venue, account, symbol, wanted, close * collar), wanted
                continue
        elif legs and leave:
            cancel(venue, legs[0], NOW)
            settle(venue)
            exit_ = order(venue, account, f"SELL MARKET {size}", symbol=symbol)
        elif not legs and enter:
            entry, size = enter_at(venue, account, symbol, wanted, close * collar), wanted
            continue
        entry = None
    fills = [(each.side, each.price, each.quantity, each.quote, each.fee) for each in account.trades[symbol]]
    return fills, venue


def enter_at(venue, account, symbol, size, limit):
    return order(venue, account, f"BUY LIMIT {size} @ {floor_tick(limit)}", symbol=symbol, time_in_force="IOC")


def pair_on(venue, account, symbol, quantity, target, stop):
    common = {"symbol": symbol, "side": "SELL", "quantity": units(quantity)}
    above = Ticket(kind="LIMIT_MAKER", price=units(target), **common)
    made = place_pair(venue, account, above, Ticket(kind="STOP_LOSS", stop=units(stop), **common), "", NOW)
    settle(venue)
    return [venue.orders[each] for each in made.order_ids]
