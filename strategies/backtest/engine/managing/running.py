"""One run of a manager: markets, parameters and terms in, a `Result` out. Pure: the same in, the same out.

The capital is shared out equally: in each market one manager works with its own part and knows of no other. It starts
at the close of the first candle. Of the terms count capital, costs, slippage and collar; how large its orders are and
where it gives up is in its parameters. Long only, spot: a market with funding is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine import rows
from strategies.backtest.engine.managing import columns as own
from strategies.backtest.engine.managing import kernel
from strategies.backtest.engine.managing.columns import Tape
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.result import TRADE, Result
from strategies.backtest.engine.terms import Terms
from strategies.backtest.errors import BadMarket, NoCandles, RunCancelled, RunOverflow
from strategies.catalog import desk as its
from strategies.catalog.asking import KEEP
from strategies.catalog.managing import Machine, Manager, Start
from trading.fills.errors import FillOverflow
from trading.fills.types import Costs

STRETCH: Final = 500_000  # bars between two looks at whether to go on: a part of a second
_LOTS, _TRADES = 256, 1024  # room to begin with
_WIDTH: Final = len(rows.TRADE_COLUMNS)
_WHY: Final = {
    "price_collar": its.COLLARED,
    "min_notional": its.TOO_SMALL,
    "cash": its.NO_CASH,
    "not_held": its.NOT_HELD,
}


def manage(
    manager: Manager,
    parameters: Mapping[str, object],
    markets: Markets,
    terms: Terms,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Result:
    """Let a manager work in each of `markets`.

    Raises BadParameter, LadderRefused, BadMarket, RunCancelled, RunOverflow (with the moment); then nothing is left.
    """
    share = terms.capital_minor // len(markets)
    done = []
    for a, market in enumerate(markets.each):
        sitting = Sitting(manager, parameters, markets, terms, a)
        for first in range(0, markets.bars, STRETCH):
            if is_cancelled():
                said = _("The run was cancelled after %(done)s of %(bars)s candles; nothing of it is kept.")
                raise RunCancelled(said, done=a * markets.bars + first, bars=len(markets) * markets.bars)
            try:
                sitting.walk_to(min(first + STRETCH, markets.bars))
            except FillOverflow as error:
                raise _overflow(market, markets, sitting, error) from None
        done.append(sitting)
    closed = np.concatenate([one.closed for one in done])
    closed = closed[np.argsort(closed["exit_bar"], kind="stable")]
    equity = np.sum([one.equity for one in done], axis=0) + (terms.capital_minor - share * len(markets))
    counts = {why: sum(int(one.desk[own.REFUSED + column]) for one in done) for why, column in _WHY.items()}
    return Result(
        markets=markets,
        terms=terms,
        trades=np.concatenate([closed, *(one.still_open for one in done)]),
        equity=equity,
        entries=sum(int(one.desk[own.PLACED]) for one in done),
        refused={why: count for why, count in counts.items() if count},
    )


def start_of(market: Market, terms: Terms, *, funds: int) -> Start:
    """Where a manager starts in a market: at the close of its first candle."""
    row = terms.row()
    traded = np.flatnonzero(~market.bars.filled)
    if not len(traded):
        raise NoCandles(_("%(instrument)s has no candles in this range."), instrument=market.instrument.id)
    return Start(
        instrument=market.instrument,
        ticks=int(market.bars.close[traded[0]]),
        funds=funds,
        costs=Costs(row.maker_ppm, row.taker_ppm, row.slippage_bps),
        collar_bps=terms.collar_bps,
        fee_ppm=max(terms.costs.maker_ppm, terms.costs.taker_ppm),
    )


class Sitting:
    """A manager at work in one market of a run: its desk, orders, lots and trades, as far as it has come.

    compiled: by machine code; else the same functions as plain Python.
    """

    def __init__(
        self,
        manager: Manager,
        parameters: Mapping[str, object],
        markets: Markets,
        terms: Terms,
        a: int = 0,
        *,
        compiled: bool = True,
    ) -> None:
        market = markets.each[a]
        if market.funding is not None:
            raise BadMarket(
                _("%(instrument)s: a strategy that keeps orders trades spot alone."), instrument=market.instrument.id
            )
        start = start_of(market, terms, funds=terms.capital_minor // len(markets))
        self.a, self.markets, self.at = a, markets, 0
        self.machine: Machine = manager.machine(parameters, start)
        self.tape = _tape(markets, terms, a)
        self.desk = _desk(start, terms)
        self.orders = np.zeros((self.machine.slots, its.ORDER), dtype=np.int64)
        self.lots = np.zeros((max(_LOTS, 4 * self.machine.slots), own.LOT), dtype=np.int64)
        self.trades = np.zeros((_TRADES, _WIDTH), dtype=np.int64)
        self.equity = np.zeros(markets.bars, dtype=np.int64)
        self._step: Callable[..., int] = manager.step
        self._walk: Callable[..., int] = kernel.walk
        if compiled:
            from strategies.backtest.engine.managing.compiled import step_of, walk  # numba: only to run

            self._step, self._walk = step_of(manager), walk

    def walk_to(self, end: int) -> None:
        """Walk on up to bar `end`, not in. Raises FillOverflow; desk[BAR] then says where."""
        while True:
            tables = (*self.machine.tables, self.desk, self.orders, self.lots, self.trades, self.equity)
            self.at = self._walk(self._step, self.tape, *tables, self.at, end)
            if self.at >= end:
                return
            self._make_room()

    @property
    def closed(self) -> NDArray[np.void]:
        """Its closed trades, as TRADE rows."""
        return self._as_trades(self.trades[: self.desk[own.COUNT]])

    @property
    def still_open(self) -> NDArray[np.void]:
        """What is still held, a row a lot, at the last close."""
        live = self.lots[self.desk[own.FIRST] : self.desk[own.LAST]]
        table = np.zeros((len(live), _WIDTH), dtype=np.int64)
        last = int(self.tape.close[-1])
        for row, (steps, ticks, fee, bar, _tag) in zip(table, live.tolist(), strict=True):
            profit = (last - ticks) * steps * int(self.desk[its.UNIT]) - fee
            row[:] = (0, 1, steps, bar, -1, ticks, last, fee, 0, 0, profit, 0, 0, 0, rows.STILL_OPEN)
        return self._as_trades(table)

    def _as_trades(self, table: Ints) -> NDArray[np.void]:
        trades = np.ascontiguousarray(table).view(TRADE).reshape(-1)
        trades["asset"] = self.a
        if len(trades):
            self._excurse(trades)
        return trades

    def _excurse(self, trades: NDArray[np.void]) -> None:
        """How far the market went while each was held: over its bars from the entry's to the one before the exit's,
        and at the exit. Whole bars, for inside one it falls before it rises.
        """
        first = trades["entry_bar"]
        last = np.where(trades["exit_bar"] < 0, len(self.equity), trades["exit_bar"])
        longer = np.flatnonzero(last > first)
        worst, best = trades["exit_ticks"].copy(), trades["exit_ticks"].copy()
        if len(longer):
            pairs = np.column_stack((first[longer], last[longer])).reshape(-1)
            low, high = np.append(self.tape.low, self.tape.low[-1]), np.append(self.tape.high, self.tape.high[-1])
            worst[longer] = np.minimum(worst[longer], np.minimum.reduceat(low, pairs)[::2])
            best[longer] = np.maximum(best[longer], np.maximum.reduceat(high, pairs)[::2])
        trades["mae_ticks"] = np.maximum(trades["entry_ticks"] - worst, 0)
        trades["mfe_ticks"] = np.maximum(best - trades["entry_ticks"], 0)

    def _make_room(self) -> None:
        """The live lots go to the front; what is more than half full becomes twice as large."""
        first, last = int(self.desk[own.FIRST]), int(self.desk[own.LAST])
        lots = self.lots if 2 * (last - first) < len(self.lots) else np.zeros_like(np.repeat(self.lots, 2, axis=0))
        lots[: last - first] = self.lots[first:last].copy()
        self.lots = lots
        self.desk[own.FIRST], self.desk[own.LAST] = 0, last - first
        if 2 * int(self.desk[own.COUNT]) + 2 * len(lots) > len(self.trades):
            self.trades = np.concatenate((self.trades, np.zeros((max(len(self.trades), 2 * len(lots)), _WIDTH), "i8")))


def _desk(start: Start, terms: Terms) -> Ints:
    row = terms.row()
    desk = np.zeros(own.WIDTH, dtype=np.int64)
    desk[[its.CASH, its.FREE, its.EQUITY, its.FUNDS]] = start.funds
    desk[its.UNIT], desk[its.LEAST], desk[its.COLLAR_BPS] = start.unit, start.least, start.collar_bps
    desk[its.MAKER_PPM], desk[its.TAKER_PPM] = row.maker_ppm, row.taker_ppm
    desk[own.SLIPPAGE_BPS], desk[own.IMPACT_BPS] = row.slippage_bps, row.impact_bps * row.cost_times
    return desk


def _tape(markets: Markets, terms: Terms, a: int) -> Tape:
    silent = [np.full(len(market.bars), KEEP, dtype=np.int8) for market in markets.each]
    lined = markets.columns(silent, terms)
    close_ms = markets.open_ms + markets.timeframe.ms
    return Tape(_read(close_ms), **{name: _column(getattr(lined, name), a) for name in Tape._fields[1:]})


def _column(table: NDArray[Any], a: int) -> NDArray[Any]:
    return _read(np.ascontiguousarray(table[:, a] if len(table) else np.zeros(0, dtype=table.dtype)))


def _read(column: NDArray[Any]) -> NDArray[Any]:
    view = column.view()
    view.flags.writeable = False
    return view


def _overflow(market: Market, markets: Markets, sitting: Sitting, error: FillOverflow) -> RunOverflow:
    moment = np.datetime64(int(markets.open_ms[sitting.desk[own.BAR]]), "ms")
    return RunOverflow(
        _("%(instrument)s at %(moment)s UTC: %(reason)s Use less capital."),
        instrument=market.instrument.id,
        moment=str(moment)[:16].replace("T", " "),
        reason=Kept(error.message),
    )
