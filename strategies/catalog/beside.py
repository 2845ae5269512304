"""What some strategies read beside their own bars: another instrument's closes, funding rates. Pure.

Each series is as long as the bars, and its value at a bar was known when that bar closed. The other instrument is the
leader of the same market: everything is read beside BTC in its quote currency, and BTC itself beside ETH.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Bars, Floats, Ints


class Needs(enum.StrEnum):
    """REFERENCE: the closes of another instrument. FUNDING: rates of a perpetual, as a share of what is held."""

    REFERENCE = "reference"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True)
class Beside:
    """The series that a strategy may need, float64, NaN before there is a value; None where there is no such series."""

    reference: Floats | None = None
    funding: Floats | None = None

    def __getitem__(self, window: slice) -> Beside:
        """The same series beside fewer bars."""
        return Beside(*(None if each is None else each[window] for each in (self.reference, self.funding)))

    def of(self, need: Needs) -> Floats | None:
        """The series of that name."""
        return self.reference if need is Needs.REFERENCE else self.funding


NOTHING_BESIDE = Beside()
FED: Final = frozenset({Needs.REFERENCE})  # what is stored for every market; nobody stores funding yet
_LEADERS: Final = ("BTC", "ETH")


def reference_id(instrument_id: str) -> str:
    """The instrument that this one is read beside: "binance:SOL/USDT" beside "binance:BTC/USDT"."""
    venue, _colon, symbol = instrument_id.rpartition(":")
    base, _slash, quote = symbol.partition("/")
    return f"{venue}:{_LEADERS[base == _LEADERS[0]]}/{quote}"


def closes_beside(bars: Bars, other: Bars) -> Floats:
    """The last close of `other` that was known when each of `bars` had closed; both of one timeframe."""
    return _last_known(other.open_ms, other.close_f, bars.open_ms)


def rates_beside(bars: Bars, times_ms: Ints, rates: Floats) -> Floats:
    """The last of `rates`, paid at `times_ms` (UTC, rising), that was known when each of `bars` had closed."""
    return _last_known(times_ms, rates, bars.open_ms + bars.timeframe.ms)


def _last_known(times_ms: Ints, values: Floats, at_ms: Ints) -> Floats:
    place = np.searchsorted(times_ms, at_ms, side="right") - 1
    found = np.full(len(at_ms), np.nan)
    known = place >= 0
    found[known] = values[place[known]]
    return found
