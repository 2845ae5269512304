"""Bots that read order books: the ring's fills beside those of the same finder in a backtest."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from django.db.models import F

from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.engine.finding.running import FindingTerms, run_finder, trade_told
from strategies.bots.services import create_bot
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade
from strategies.finding.selectors import balances_of
from tests.autopilot.managers import WIDE
from tests.trading.desk import trader
from trading.execution.models import Fill, Intent, Order
from trading.fills import BUY
from trading.marketdata.selectors import funding_set, instruments
from trading.marketdata.services import store_books
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import CandleColumns, MarketSource
from trading.portfolio.models import Position
from trading.portfolio.selectors import collateral_of_bots

HOUR = Timeframe.H1


def given_books(ones, books):
    """Candles around these books, hour by hour, and the books themselves; the slots in which books are."""
    slots = sorted({book.at_ms // HOUR.ms * HOUR.ms for each in books.values() for book in each})
    for one in ones:
        mids = [one.price_of(sum(side[0][0] for side in (b.bids, b.asks)) // 2) for b in books[one.id]]
        at = np.array([b.at_ms // HOUR.ms * HOUR.ms for b in books[one.id]])
        hours = [slot for slot in slots if (at == slot).any()]
        closes = np.array([float(mids[int(np.flatnonzero(at == slot)[-1])]) for slot in hours])
        listing = Listing(one.id, one.base, one.quote, MarketSource.IMPORTED, one.tick, one.step, one.min_notional)
        columns = [closes, closes, closes, closes, np.ones(len(hours))]
        store_candles(listing=listing, timeframe=HOUR, candles=CandleColumns(np.array(hours, dtype=np.int64), *columns))
        store_books(instrument_id=one.id, source=MarketSource.IMPORTED, books=books[one.id])
    return slots


def given_finder(name, ones, *, funds="10000", cash="1000000", **parameters):
    portfolio = trader(f"{name}@example.com", cash=cash, practice="10000000", **WIDE)
    return finder_of(portfolio, name, ones, funds=funds, **parameters)


def finder_of(portfolio, name, ones, *, funds="10000", **parameters):
    return create_bot(
        owner=portfolio.owner,
        portfolio=portfolio,
        strategy=name,
        parameters=parameters,
        timeframe=HOUR,
        instruments=[one.id for one in ones],
        allocation=funds,
    )


def engine(bot, books, slots):
    """The same finder in a backtest over the same moments."""
    listed = list(instruments(bot.instruments).values())
    return run_finder(
        all_finders()[bot.strategy],
        bot.parameters,
        listed,
        books,
        FindingTerms(capital=bot.allocation, loss_bps=bot.stop_bps),
        start_ms=slots[0],
        end_ms=slots[-1] + HOUR.ms,
        funding=funding_set({one.underlying for one in listed}, end_ms=slots[-1] + HOUR.ms),
    )


def _fills(trade):
    """(instrument, side, price, quantity, fee) of each fill of a trade; funding is a fill of nothing."""
    yield from ((one.instrument.id, "sell", one.price, 0, -one.amount) for one in trade.paid)
    for done in trade.done:
        for level in done.got if done.instrument.quote == "USDT" else ():
            side, (_notional, fee, base_fee) = "buy" if done.side == BUY else "sell", done.paid(level)
            price, size = done.instrument.price_of(level[0]), done.instrument.quantity_of(level[1])
            yield done.instrument.id, side, price, size, base_fee or Decimal(fee).scaleb(-8)


def assert_alike(bot, ran, *, alone=True):
    """Every trade and every fill, what is held where, and the cash: the same to the last digit; how many fills.

    alone: no other bot trades in its portfolio.
    """
    trades = [(t.at_ms, t.kind, t.found and t.found.profit, t.profit, t.one_sided) for t in ran.trades]
    kept = FoundTrade.objects.filter(bot=bot).order_by("at_ms", "pk")
    assert list(kept.values_list("orders", flat=True)) == [trade_told(trade)["orders"] for trade in ran.trades]
    assert list(kept.values_list("at_ms", "kind", "expected", "profit", "one_sided")) == trades
    expected = [row for trade in ran.trades for row in _fills(trade)]
    fills = Fill.objects.filter(bot_id=bot.public_id, order__intent__instrument_id=F("instrument_id")).order_by(
        "sequence"
    )
    assert list(fills.values_list("instrument_id", "side", "price", "quantity", "fee")) == expected
    assert balances_of(bot) == [(*place, amount) for place, amount in sorted(ran.purse.items()) if amount]
    bot.portfolio.refresh_from_db()
    money = sum(amount for (_venue, currency), amount in ran.purse.items() if currency == "USDT")
    assert not alone or bot.portfolio.cash - bot.portfolio.start_cash == money - bot.allocation
    held = dict(
        Position.objects.filter(bot_id=bot.public_id, closed_slot_ms=None).values_list("instrument_id", "quantity")
    )
    counted = [one for one in ran.instruments if one.quote == "USDT"]
    coins = {one.id: ran.purse.get((one.venue, one.asset), Decimal(0)) for one in counted}
    assert held == {name: amount for name, amount in coins.items() if amount}
    kept = sum(ran.purse.kept.values(), Decimal(0))
    assert sum(collateral_of_bots([bot.public_id]).values(), Decimal(0)) == kept
    open_ = Order.objects.filter(intent__bot_id=bot.public_id, state="open").count()
    assert open_ == Intent.objects.filter(bot_id=bot.public_id, state="acked").count() <= 1
    assert not alone or bot.portfolio.reserved == kept or open_ == 1
    return len(expected)
