"""The replay of a bot's day: the backtest's engine over its candles, from the state that the bot had. Pure.

Twice: with every entry that the strategy asks for, and without those that were never ordered. Between the two lies what
refusals came to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import numpy as np

from cryptouniverse.kernel.market import DAY_MS, MINOR_PER_UNIT, Bars, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine import rows
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.opening import BEFORE, Held, Opening
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.backtest.engine.swings import looks_back, swings_of
from strategies.backtest.engine.terms import Terms
from strategies.bots.types import BotRow
from strategies.catalog.asking import KEEP, Asked
from strategies.catalog.types import LONG
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.types import Ending, Expected
from trading.fills.rules import fee_minor

Slots = Collection[tuple[str, int]]  # (instrument, slot)
_ENDINGS: Final = {
    rows.STILL_OPEN: Ending.OPEN,
    rows.BY_SIGNAL: Ending.EXIT,
    rows.BY_STOP: Ending.STOP,
    rows.BY_TARGET: Ending.TARGET,
    rows.BY_TIME: Ending.EXIT,
    rows.BY_RUIN: Ending.EXIT,
}


@dataclass(frozen=True, slots=True)
class Money:
    """The portfolio at the last close before the day. day_start: its value as the day before began."""

    equity: Decimal
    cash: Decimal
    day_start: Decimal


@dataclass(frozen=True)
class Ground:
    """What a replay stands on. bars: by instrument, from at least the last candle before the day to its end. asked: by
    instrument, what is asked for after each of its candles from the last one before the day on. held: by instrument.
    record: of positions that ended before the day, oldest first, profit and cost, where the bot's size looks at them.
    amended: positions whose stop or target a person changed.
    """

    bot: BotRow
    day_ms: int
    instruments: Mapping[str, Instrument]
    bars: Mapping[str, Bars]
    asked: Mapping[str, Asked]
    held: Mapping[str, Held]
    money: Money
    terms: Terms
    record: Sequence[tuple[Decimal, Decimal]] = ()
    amended: Collection[UUID] = ()

    @property
    def before_ms(self) -> int:
        """The slot of the last candle before the day."""
        return self.day_ms - self.bot.timeframe.ms

    @cached_property
    def markets(self) -> Markets:
        """The day's candles. Raises NoCandles, BadMarket."""
        days = {name: bars for name in self.bars if len(bars := self.day_of(name))}
        return Markets([Market(self.instruments[name], day, history=self.bars[name]) for name, day in days.items()])

    def day_of(self, name: str) -> Bars:
        """The day's candles of one instrument."""
        bars = self.bars[name]
        first, end = bars.open_ms.searchsorted([self.day_ms, self.day_ms + DAY_MS])
        return bars[int(first) : int(end)]

    def close_before(self, name: str) -> int | None:
        """Ticks of the last close before the day."""
        bars = self.bars[name]
        first = int(bars.open_ms.searchsorted(self.day_ms))
        return int(bars.close[first - 1]) if first else None

    def asks(self, name: str) -> dict[int, int]:
        """Slot -> stance of what is asked for, from the last candle before the day on."""
        asked = self.asked[name]
        slots = self.bars[name].open_ms[len(self.bars[name]) - len(asked) :]
        return {int(slots[i]): int(asked[i]) for i in np.flatnonzero(asked != KEEP)}


@dataclass(frozen=True, slots=True)
class Replay:
    """The trades expected of the day, and the profit of those if nothing had been refused. hash: of both runs."""

    trades: tuple[Expected, ...]
    unrefused: tuple[Expected, ...]
    hash: str


def replay(ground: Ground, *, ordered: Slots) -> Replay:
    """The day walked. ordered: the entries that were ordered; the others count as refused.

    Raises what `run` raises, CannotReplay where a price before the day is missing.
    """
    every = {name: ground.asks(name) for name in ground.bars}
    kept = {
        name: {slot: stance for slot, stance in asks.items() if stance != LONG or (name, slot) in ordered}
        for name, asks in every.items()
    }
    expected = _walk(ground, kept)
    unrefused = expected if kept == every else _walk(ground, every)
    told = f"{ground.bot.strategy} {ground.bot.parameters} {ground.terms!r} {ground.day_ms} {expected.hash}"
    return Replay(
        trades=_trades(ground, expected),
        unrefused=_trades(ground, unrefused),
        hash=hashlib.sha256(f"{told} {unrefused.hash}".encode()).hexdigest(),
    )


def _walk(ground: Ground, asks: Mapping[str, Mapping[int, int]]) -> Result:
    markets = ground.markets
    each = []
    for market in markets.each:
        opens, asked = market.bars.open_ms, np.full(len(market.bars), KEEP, dtype=np.int8)
        for slot, stance in asks[market.instrument.id].items():
            if slot >= ground.day_ms:
                asked[int(opens.searchsorted(slot))] = stance
        each.append(asked)
    opening = _opening(ground, markets, asks)
    return run(markets, each, ground.terms, opening=opening, opening_ms=ground.day_ms)


def _opening(ground: Ground, markets: Markets, asks: Mapping[str, Mapping[int, int]]) -> Opening:
    closes, worth = {}, Decimal(0)
    for one in markets.instruments:
        close = ground.close_before(one.id)
        if close is None:
            raise CannotReplay(_("%(instrument)s has no candle before this day."), instrument=one.id)
        closes[one.id] = close
        if held := ground.held.get(one.id):
            worth += one.price_of(close) * one.quantity_of(held.steps)
    cash = ground.money.equity - worth
    asked = {name: asks[name][ground.before_ms] for name in closes if ground.before_ms in asks[name]}
    return Opening(
        cash=_minor(cash),
        reserved=_minor(max(cash - ground.money.cash, Decimal(0))),  # what the portfolio's other bots hold
        day_start=_minor(ground.money.day_start),
        closes=closes,
        held=ground.held,
        asked=asked,
        swings={one.id: _swing(ground, one) for one in markets.instruments if asked.get(one.id) == LONG},
        record=[(_minor(profit), _minor(cost)) for profit, cost in ground.record],
    )


def _swing(ground: Ground, one: Instrument) -> int:
    """What an entry that was asked for at the last close before the day is sized by, 0 where that does not matter."""
    if not looks_back(ground.terms.size):
        return 0
    bars = ground.bars[one.id]
    before = bars[: int(bars.open_ms.searchsorted(ground.day_ms))]
    return int(swings_of(ground.terms.size, one, before, np.array([LONG], dtype=np.int8))[0])


def _trades(ground: Ground, result: Result) -> tuple[Expected, ...]:
    return tuple(_trade(ground, result, row) for row in _rows(result))


def _trade(ground: Ground, result: Result, row: Mapping[str, int]) -> Expected:
    one, opens, terms = result.instruments[row["asset"]], result.open_ms, ground.terms.row()
    ended, carried = _ENDINGS[row["cause"]], row["entry_bar"] == BEFORE
    close = ground.close_before(one.id) or 0
    notional = row["exit_ticks"] * row["steps"] * one.minor_per_tick_step
    by_maker = ended == Ending.TARGET and row["exit_fee"] == fee_minor(notional, terms.maker_ppm)
    return Expected(
        instrument_id=one.id,
        decided_ms=None if carried else int(opens[row["entry_bar"]]) - ground.bot.timeframe.ms,
        quantity=one.quantity_of(row["steps"]),
        entry_price=one.price_of(close if carried else row["entry_ticks"]),
        exit_price=one.price_of(row["exit_ticks"]),
        ended=ended,
        ended_ms=None if row["exit_bar"] < 0 else int(opens[row["exit_bar"]]),
        entry_ppm=0 if carried else terms.taker_ppm,
        exit_ppm=terms.maker_ppm if by_maker else terms.taker_ppm,
    )


def _rows(result: Result) -> Sequence[dict[str, Any]]:
    names = result.trades.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in result.trades.tolist()]


def _minor(amount: Decimal) -> int:
    return int((amount * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_DOWN))
