"""The words of the market: instruments, timeframes, sides and bars. Pure values, no Django.

Prices travel as int64 ticks and sizes as int64 steps wherever they are counted; an Instrument carries the unit of both.
Floats exist only in `Bars.*_f` views, which indicators and strategies read and nothing pays with.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.contracts import Contract, contract_of
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MINOR_PER_UNIT = 10**8  # quote amounts are counted in 1e-8 of the quote currency
INT64_MAX = 2**63 - 1
DAY_MS = 86_400_000
FUNDING_KNOWN_MS = DAY_MS  # for so long a funding rate is known: three of the usual eight hours, then it is stale


class Side(enum.StrEnum):
    """Which way an order goes."""

    BUY = "buy"
    SELL = "sell"


class Timeframe(enum.StrEnum):
    """The length of a candle, in the spelling of ccxt."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    D1 = "1d"

    @property
    def ms(self) -> int:
        """Milliseconds in one candle."""
        return int(self.value[:-1]) * {"m": 60_000, "h": 3_600_000, "d": DAY_MS}[self.value[-1]]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is traded, and the units in which it is counted.

    id: stable name such as "binance:BTC/USDT". tick: smallest price change; step: smallest size change; both powers of
    ten. min_notional in quote currency. simulated: its prices are invented and must be marked so wherever shown.
    One tick times one step is a whole number of minor units (1e-8 quote), so every amount is an exact integer.
    """

    id: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_notional: Decimal = Decimal("5")
    simulated: bool = False

    def __post_init__(self) -> None:
        contract_of(self.symbol)
        if self.tick <= 0 or self.step <= 0:
            raise Invalid(_("%(instrument)s: tick and step must be above zero."), instrument=self.id)
        if (self.tick * self.step * MINOR_PER_UNIT) % 1:
            raise Invalid(
                _("%(instrument)s: tick %(tick)s times step %(step)s is finer than 1e-8 %(quote)s."),
                instrument=self.id,
                tick=str(self.tick),
                step=str(self.step),
                quote=self.quote,
            )

    @property
    def symbol(self) -> str:
        """The pair as ccxt spells it, such as "BTC/USDT"."""
        return self.id.partition(":")[2]

    @property
    def venue(self) -> str:
        """The market it trades on, such as "binance"."""
        return self.id.partition(":")[0]

    @property
    def contract(self) -> Contract | None:
        """What is agreed, where it is a contract on the coin; None on the spot market."""
        return contract_of(self.symbol)

    @property
    def asset(self) -> str:
        """What who buys it holds: the coin, or the contract by its symbol."""
        return self.base if self.contract is None else self.symbol

    @property
    def underlying(self) -> str:
        """The instrument of the coin itself: its own, or of a contract that of the spot market of its venue."""
        return self.id if self.contract is None else f"{self.venue}:{self.base}/{self.quote}"

    @property
    def minor_per_tick_step(self) -> int:
        """Minor quote units in one tick times one step."""
        return int(self.tick * self.step * MINOR_PER_UNIT)

    def price_of(self, ticks: int) -> Decimal:
        """`ticks` as a price."""
        return self.tick * int(ticks)

    def quantity_of(self, steps: int) -> Decimal:
        """`steps` as a quantity."""
        return self.step * int(steps)

    def ticks_nearest(self, price: Decimal) -> int:
        """The tick nearest to `price` (half to even)."""
        return int((price / self.tick).to_integral_value(rounding=ROUND_HALF_EVEN))

    def steps_down(self, quantity: Decimal) -> int:
        """The whole steps in `quantity`, rounded towards zero."""
        return int((quantity / self.step).to_integral_value(rounding=ROUND_DOWN))


@dataclass(frozen=True, slots=False)
class Bars:
    """Closed candles of one instrument and timeframe, oldest first, as equal-length read-only arrays.

    open_ms: int64, UTC ms of each candle's open, strictly rising. open, high, low, close: int64 ticks.
    volume: float64, base units. tick: price of one tick. filled: True where a gap was filled flat (no trade happened).
    """

    instrument_id: str
    timeframe: Timeframe
    tick: Decimal
    open_ms: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Floats
    filled: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.open_ms.shape[0])

    def __getitem__(self, window: slice) -> Bars:
        """The same bars, fewer of them (a view, not a copy)."""
        cut = {name: getattr(self, name)[window] for name in _ARRAYS}
        return Bars(self.instrument_id, self.timeframe, self.tick, **cut)

    @cached_property
    def open_f(self) -> Floats:
        """Open prices as floats, for indicators only."""
        return self.open.astype(np.float64) * float(self.tick)

    @cached_property
    def high_f(self) -> Floats:
        """High prices as floats, for indicators only."""
        return self.high.astype(np.float64) * float(self.tick)

    @cached_property
    def low_f(self) -> Floats:
        """Low prices as floats, for indicators only."""
        return self.low.astype(np.float64) * float(self.tick)

    @cached_property
    def close_f(self) -> Floats:
        """Close prices as floats, for indicators only."""
        return self.close.astype(np.float64) * float(self.tick)


@dataclass(frozen=True, slots=True)
class FundingRates:
    """What holding the perpetual of an instrument costs, oldest first, as arrays of one length.

    at_ms: int64, the moment at which each rate was set, UTC, strictly rising: it counts from then on, never before.
    rates: float64, a share of what is held; above zero, longs pay shorts.
    """

    at_ms: Ints
    rates: Floats

    def __len__(self) -> int:
        return int(self.at_ms.shape[0])


NO_FUNDING = FundingRates(np.zeros(0, dtype=np.int64), np.zeros(0))
_ARRAYS = ("open_ms", "open", "high", "low", "close", "volume", "filled")
