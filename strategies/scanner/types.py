"""What the scanner says of a market: an entry that stands, and what its strategy came to there before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from cryptouniverse.kernel.market import Instrument, Timeframe
from strategies.catalog.types import SignalKey
from trading.fills.types import Costs

DAYS: Final = 90  # that a record goes back over
BARS_MAX: Final = 50_000  # of one record: short candles go back over fewer days
AGE_MAX: Final = 12  # candles after its own that an entry is shown for
FRESH: Final = 3  # candles: an instrument whose last one is older is left out
SCORE_LEAST: Final = Decimal(-100)  # what a person may ask for at least
SCORE_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that was asked for and still stands, in ticks. slot_ms: the open, UTC ms, of the candle that asked.

    age: candles that have closed since. entry: the last close, where a buyer would enter now. stop, target: distances
    from the close that asked, as a bot would have placed them; a target of 0 is none.
    """

    slot_ms: int
    age: int
    entry: int
    stop: int
    target: int


@dataclass(frozen=True, slots=True)
class Levels:
    """The same as prices. risk_pct: from the entry down to the stop, percent of the entry. reward_r: what the target
    brings for each unit that the stop costs, None without a target; both before costs. risk_of_100: what 100 units of
    quote currency that are bought lose at the stop, with both fees and slippage.
    """

    entry: Decimal
    stop: Decimal
    target: Decimal | None
    risk_pct: Decimal
    reward_r: Decimal | None
    risk_of_100: Decimal


@dataclass(frozen=True, slots=True)
class Track:
    """What a strategy came to on one market, in a backtest with costs: simulated, all of it. None: there is no value.

    trades: closed ones. expectancy_r: mean of their results in units of what their stop would have cost; winner_r: the
    same of those that won. score: see `ranking.score_of`. sharpe, max_drawdown, total_return: as `definitions` of
    backtests has them. periods, sharpe_day, skew, kurtosis: the shape of its daily returns.
    """

    trades: int
    win_rate: float | None
    profit_factor: float | None
    expectancy_r: float | None
    winner_r: float | None
    score: float | None
    sharpe: float | None
    max_drawdown: float | None
    total_return: float
    held_return: float | None
    periods: int
    sharpe_day: float | None
    skew: float | None
    kurtosis: float | None


NO_TRACK: Final = Track(0, None, None, None, None, None, None, None, 0.0, None, 0, None, None, None)


@dataclass(frozen=True, slots=True)
class Tried:
    """A strategy of the catalogue with its defaults, as a scan tries it. history: days before a day that it reads."""

    name: str
    family: str
    code_hash: str
    parameters: Mapping[str, Any]
    text: str
    stop_bps: int
    target_bps: int
    history: int

    def key_on(self, instrument: Instrument, timeframe: Timeframe) -> SignalKey:
        """What its signals on this market are computed for."""
        return SignalKey(self.name, self.text, instrument.id, timeframe)


USUAL_COSTS: Final = Costs()
