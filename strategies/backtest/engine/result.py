"""What a run came to: trades, equity, drawdown, exposure as typed arrays, and the hash that names them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Floats, Instrument, Ints
from strategies.backtest.engine import rows
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.terms import Terms

TRADE: Final = np.dtype([(name, "<i8") for name in rows.TRADE_COLUMNS])
CAUSES: Final = {
    rows.STILL_OPEN: "open",
    rows.BY_SIGNAL: "signal",
    rows.BY_STOP: "stop",
    rows.BY_TARGET: "target",
    rows.BY_TIME: "time_stop",
    rows.BY_RUIN: "ruin",
}
REFUSED: Final = {
    "missed_open": rows.MISSED,
    "price_collar": rows.COLLARED,
    "min_notional": rows.TOO_SMALL,
    "cash": rows.NO_CASH,
    "open_positions": rows.TOO_MANY,
    "daily_loss": rows.DAY_LOST,
    "sizing": rows.UNSIZED,
}


@dataclass(frozen=True, slots=False)
class Result:
    """A run's arrays. Amounts in minor units (1e-8 quote), prices in ticks, sizes in steps, times as bars of `open_ms`.

    trades: TRADE rows in the order in which they closed; what is still open comes last, with exit_bar -1, the last
    close as exit_ticks, no exit fee and the profit that it would be. profit: net of both fees, with funding. mae_ticks,
    mfe_ticks: how far the market went against and for the position from its entry while it was held, from zero up;
    stop_ticks: the stop that it was entered with, 0 for none; entry_bar: -1 for what the run began with. cause: a key
    of CAUSES. equity: cash and what is held, at each close. entries: how many were put on their way; refused: why
    others were not, or came to nothing. both: exits in a candle that reached stop and target; settled: those of them
    whose order finer candles told, for in the others the stop counts as first.
    """

    markets: Markets
    terms: Terms
    trades: NDArray[np.void]
    equity: Ints
    entries: int
    refused: dict[str, int]
    both: int = 0
    settled: int = 0

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """The assets, as `trades["asset"]` counts them."""
        return self.markets.instruments

    @property
    def open_ms(self) -> Ints:
        """The open of every bar, UTC ms."""
        return self.markets.open_ms

    @cached_property
    def closed(self) -> NDArray[np.void]:
        """The trades that are over."""
        return self.trades[self.trades["exit_bar"] >= 0]

    @cached_property
    def exposure(self) -> Ints:
        """What is held at each close, longs and shorts added up, minor units."""
        held = np.zeros(len(self.equity), dtype=np.int64)
        for a, instrument in enumerate(self.instruments):
            mine = self.trades[self.trades["asset"] == a]
            steps = np.zeros(len(held) + 1, dtype=np.int64)
            np.add.at(steps, np.maximum(mine["entry_bar"], 0), mine["steps"])
            np.subtract.at(steps, mine["exit_bar"], mine["steps"])  # -1, the one beyond the end, for what is open
            held += np.cumsum(steps[:-1]) * instrument.minor_per_tick_step * self.markets.closes[:, a]
        return held

    @cached_property
    def peak(self) -> Ints:
        """The highest equity up to each close; the first peak is the capital."""
        return np.maximum(np.maximum.accumulate(self.equity), self.terms.capital_minor)

    @cached_property
    def drawdown(self) -> Floats:
        """How far equity is below its peak, as a ratio of it, 0 and up."""
        return (self.peak - self.equity) / self.peak

    @cached_property
    def exposed(self) -> Floats:
        """What is held, as a ratio of equity; 0 where equity is not above zero."""
        worth = np.maximum(self.equity, 1)
        return np.where(self.equity > 0, self.exposure / worth, 0.0)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over instruments, clock, trades and equity: the same data, code, terms and seed give the same one."""
        digest = hashlib.sha256()
        for instrument in self.instruments:
            digest.update(f"{instrument.id} {instrument.tick} {instrument.step}\n".encode())
        digest.update(f"{self.markets.timeframe.value} {self.markets.begin_ms} {len(self.equity)}\n".encode())
        digest.update(np.ascontiguousarray(self.trades).tobytes())
        digest.update(self.equity.astype("<i8", copy=False).tobytes())
        return digest.hexdigest()
