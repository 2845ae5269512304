"""The markets of a run on one clock: every asset has a row for every bar, flat and marked where nothing traded.

A `Market` is checked once, when it is made, and `Markets` is lined up once, however many runs go over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import DAY_MS, MINOR_PER_UNIT, Bars, Instrument, Ints, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.rows import ABSENT, Columns
from strategies.backtest.engine.swings import looks_back, swings_of, times_of
from strategies.backtest.engine.terms import Size, Slippage, SlippageModel, Terms, minor
from strategies.backtest.errors import BadMarket, NoCandles
from strategies.catalog.asking import KEEP, Asked
from trading.fills.types import BPS

TICKS_MAX: Final = 2**53
DEPTH_MAX: Final = 2**40
RATE_MAX: Final = MINOR_PER_UNIT  # 100% at once
_NO_ROWS: Final = np.zeros((0, 1), dtype=np.int64)
_NO_DAYS: Final = np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Funding:
    """What holding a perpetual costs. moments_ms: when it falls due, UTC, rising. rates_e8: of the notional then, in
    hundred-millionths (10,000 is 0.01%); above zero, longs pay shorts.
    """

    moments_ms: Ints
    rates_e8: Ints


@dataclass(frozen=True, slots=True)
class Market:
    """An instrument with its closed candles and, of a perpetual, its funding. Raises BadMarket, NoCandles.

    bars: rising, on the grid of their timeframe. Where one is missing nothing trades; that is not an error. history:
    the same with those before them, for a size that looks back. finer: candles of a shorter timeframe inside them,
    which tell whether the stop or the target was met first where one candle reaches both; some may be missing.
    """

    instrument: Instrument
    bars: Bars
    funding: Funding | None = None
    history: Bars | None = None
    finer: Bars | None = None

    def __post_init__(self) -> None:
        bars, name = self.bars, self.instrument.id
        if bars.instrument_id != name or bars.tick != self.instrument.tick:
            raise BadMarket(
                _("%(instrument)s: these are candles of %(other)s."), instrument=name, other=bars.instrument_id
            )
        if not len(bars):
            raise NoCandles(_("%(instrument)s has no candles in this range."), instrument=name)
        grid = bars.open_ms % bars.timeframe.ms if not _is_whole(bars) else np.zeros(1)
        if grid.any() or (np.diff(bars.open_ms) <= 0).any():
            raise BadMarket(_("%(instrument)s: candles must rise on the grid of %(timeframe)s."), **self._facts())
        lowest = np.minimum(bars.open, bars.close)
        highest = np.maximum(bars.open, bars.close)
        if (
            bars.low.min() < 1
            or bars.high.max() > TICKS_MAX
            or (bars.low > lowest).any()
            or (bars.high < highest).any()
        ):
            raise BadMarket(_("%(instrument)s: a candle's prices contradict each other."), **self._facts())
        self._check_funding()
        self._check_finer()

    @property
    def missing(self) -> int:
        """How many candles are missing, or filled, between the first and the last."""
        span = (int(self.bars.open_ms[-1]) - int(self.bars.open_ms[0])) // self.bars.timeframe.ms + 1
        return span - len(self.bars) + int(self.bars.filled.sum())

    def _check_funding(self) -> None:
        if self.funding is None:
            return
        moments, rates = self.funding.moments_ms, self.funding.rates_e8
        if len(moments) != len(rates) or (np.diff(moments) <= 0).any() or (np.abs(rates) > RATE_MAX).any():
            raise BadMarket(_("%(instrument)s: the funding contradicts itself."), **self._facts())

    def _check_finer(self) -> None:
        finer, bars = self.finer, self.bars
        if finer is None:
            return
        if (finer.instrument_id, finer.tick) != (bars.instrument_id, bars.tick):
            said = _("%(instrument)s: these are candles of %(other)s.")
            raise BadMarket(said, instrument=bars.instrument_id, other=finer.instrument_id)
        if finer.timeframe.ms >= bars.timeframe.ms or bars.timeframe.ms % finer.timeframe.ms:
            said = _("%(instrument)s: candles of %(finer)s do not divide those of %(timeframe)s.")
            raise BadMarket(said, finer=finer.timeframe.value, **self._facts())
        if (finer.open_ms % finer.timeframe.ms).any() or (np.diff(finer.open_ms) <= 0).any():
            said = _("%(instrument)s: candles must rise on the grid of %(timeframe)s.")
            raise BadMarket(said, **self._facts() | {"timeframe": finer.timeframe.value})

    def _facts(self) -> dict[str, Any]:
        return {"instrument": self.instrument.id, "timeframe": self.bars.timeframe.value}


class Markets:
    """Markets of one timeframe and one quote currency on a common clock, by the names of their instruments."""

    def __init__(self, markets: Sequence[Market]) -> None:
        """Line them up. Raises BadMarket for other timeframes or currencies, NoCandles for no market."""
        if not markets:
            raise NoCandles(_("A backtest needs at least one instrument."))
        self.each = tuple(sorted(markets, key=lambda market: market.instrument.id))
        first = self.each[0]
        self.timeframe: Timeframe = first.bars.timeframe
        for market in self.each:
            if (market.bars.timeframe, market.instrument.quote) != (self.timeframe, first.instrument.quote):
                said = _(
                    "%(instrument)s: all must have one timeframe and one quote currency, %(timeframe)s and %(quote)s."
                )
                facts = {"timeframe": self.timeframe.value, "quote": first.instrument.quote}
                raise BadMarket(said, instrument=market.instrument.id, **facts)
        if len({market.finer.timeframe for market in self.each if market.finer}) > 1:
            raise BadMarket(_("All finer candles must have one timeframe."))
        if len({market.instrument.id for market in self.each}) < len(self.each):
            raise BadMarket(_("%(instrument)s is named twice."), instrument=first.instrument.id)
        begin = min(int(market.bars.open_ms[0]) for market in self.each)
        last = max(int(market.bars.open_ms[-1]) for market in self.each)
        self.begin_ms, self.end_ms = begin, last + self.timeframe.ms
        self.bars = (last - begin) // self.timeframe.ms + 1
        self._rows = [self._rows_of(market.bars) for market in self.each]

    def __len__(self) -> int:
        return len(self.each)

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """In the order of the columns."""
        return tuple(market.instrument for market in self.each)

    @cached_property
    def open_ms(self) -> Ints:
        """The open of every bar of the clock, UTC ms."""
        return np.arange(self.begin_ms, self.end_ms, self.timeframe.ms, dtype=np.int64)

    @property
    def closes(self) -> Ints:
        """Close ticks, a row a bar and a column a market; where it has no candle, the last one before."""
        return self._prices[3]

    def columns(self, asked: Sequence[Asked], terms: Terms) -> Columns:
        """What the loop takes. asked: for each market, as long as its bars. Raises BadMarket."""
        for market, one in zip(self.each, asked, strict=True):
            if one.dtype != np.int8 or one.shape != market.bars.open.shape:
                raise BadMarket(
                    _("%(instrument)s: one int8 for each candle must be asked."), instrument=market.instrument.id
                )
        columns = Columns(
            *self._prices,
            asked=self._lined([(one, KEEP) for one in asked], np.int8),
            funding=self._funding,
            slips=self._slips(terms),
            depths=self._depths(terms.slippage),
            swings=self._swings(terms.size, asked),
            finer_high=self._finer[0],
            finer_low=self._finer[1],
            new_day=self._new_day if terms.daily_loss_pct < 100 or (terms.shorts and terms.borrow_pct) else _NO_DAYS,
            times=np.array([times_of(terms.size, one) for one in self.instruments], dtype=np.int64),
            units=np.array([one.minor_per_tick_step for one in self.instruments], dtype=np.int64),
            least=np.array([minor(one.min_notional) for one in self.instruments], dtype=np.int64),
        )
        return Columns(*(_to_read(column) for column in columns))

    @cached_property
    def _prices(self) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]:
        each = [market.bars for market in self.each]
        if len(each) == 1 and self._rows[0] is None:
            only = each[0]
            return (*(column.reshape(-1, 1) for column in (only.open, only.high, only.low, only.close, only.filled)),)  # type: ignore[return-value]  # five of them
        close = self._lined([(bars.close, 0) for bars in each], np.int64)
        filled = self._lined([(bars.filled, True) for bars in each], np.bool_)
        for a, bars in enumerate(each):  # flat at the last close; before its first candle at that one's open
            known = np.where(close[:, a] > 0, np.arange(self.bars), -1)
            since = np.maximum.accumulate(known)
            close[:, a] = np.where(since < 0, bars.open[0], close[np.maximum(since, 0), a])
        flat = close == 0
        opens, highs, lows = (
            self._lined([(getattr(bars, name), 0) for bars in each], np.int64) for name in ("open", "high", "low")
        )
        absent = opens == 0
        for column in (opens, highs, lows):
            column[absent] = close[absent]
        return opens, highs, lows, close, filled | flat

    @cached_property
    def _funding(self) -> Ints:
        if not any(market.funding for market in self.each):
            return _NO_ROWS
        rates = np.zeros((self.bars, len(self.each)), dtype=np.int64)
        for a, market in enumerate(self.each):
            if market.funding is not None:
                at = (market.funding.moments_ms - self.begin_ms) // self.timeframe.ms
                inside = (at >= 0) & (at < self.bars)
                np.add.at(rates[:, a], at[inside], market.funding.rates_e8[inside])
        return rates

    @cached_property
    def _finer(self) -> tuple[Ints, Ints]:
        """High and low of the finer candles, ABSENT and 0 where one is missing or filled."""
        finer_ms = next((one.finer.timeframe.ms for one in self.each if one.finer is not None), 0)
        if not finer_ms:
            return _NO_ROWS, _NO_ROWS
        each = self.timeframe.ms // finer_ms
        high = np.full((self.bars * each, len(self.each)), ABSENT, dtype=np.int64)
        low = np.zeros_like(high)
        for a, market in enumerate(self.each):
            if (finer := market.finer) is not None:
                at = (finer.open_ms - self.begin_ms) // finer_ms
                there = (at >= 0) & (at < len(high)) & ~finer.filled
                high[at[there], a], low[at[there], a] = finer.high[there], finer.low[there]
        return high, low

    @cached_property
    def _new_day(self) -> NDArray[np.bool_]:
        days = np.zeros(self.bars, dtype=np.bool_)
        days[-self.begin_ms % DAY_MS // self.timeframe.ms :: DAY_MS // self.timeframe.ms] = True
        return days

    def _slips(self, terms: Terms) -> Ints:
        if terms.slippage.model is not SlippageModel.RANGE:
            return _NO_ROWS
        _, high, low, close, _ = self._prices
        ranged = (high - low) * terms.slippage.range_pct // 100 * BPS // close
        before = np.concatenate((ranged[:1] * 0, ranged[:-1]))
        slips: Ints = np.minimum((terms.costs.slippage_bps + before) * terms.cost_times, BPS)
        return slips

    def _depths(self, slippage: Slippage) -> Ints:
        if slippage.model is not SlippageModel.VOLUME:
            return _NO_ROWS
        steps = [
            (np.clip(market.bars.volume / float(market.instrument.step), 1, DEPTH_MAX).astype(np.int64), 1)
            for market in self.each
        ]
        depths = self._lined(steps, np.int64)
        return np.concatenate((depths[:1], depths[:-1]))

    def _swings(self, size: Size, asked: Sequence[Asked]) -> Ints:
        if not looks_back(size):
            return _NO_ROWS
        each = [
            (swings_of(size, market.instrument, market.history or market.bars, one), 0)
            for market, one in zip(self.each, asked, strict=True)
        ]
        return self._lined(each, np.int64)

    def _rows_of(self, bars: Bars) -> Ints | None:
        """The rows of the clock that these bars are at; None where they are all of them."""
        if len(bars) == self.bars:
            return None
        return (bars.open_ms - self.begin_ms) // self.timeframe.ms

    def _lined(self, columns: Sequence[tuple[NDArray[Any], Any]], dtype: Any) -> NDArray[Any]:
        """Columns of the markets on the clock, with what stands where a market has no candle."""
        if len(columns) == 1 and self._rows[0] is None:
            return columns[0][0].reshape(-1, 1)
        table = np.empty((self.bars, len(columns)), dtype=dtype)
        for a, (column, usual) in enumerate(columns):
            rows = self._rows[a]
            if rows is None:
                table[:, a] = column
            else:
                table[:, a] = usual
                table[rows, a] = column
        return table


def _is_whole(bars: Bars) -> bool:
    """Whether no bar is missing; without looking at each."""
    first, last = int(bars.open_ms[0]), int(bars.open_ms[-1])
    return first % bars.timeframe.ms == 0 and last - first == (len(bars) - 1) * bars.timeframe.ms


def _to_read(column: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written to: the loop is compiled for such alone."""
    view = column.view()
    view.flags.writeable = False
    return view
