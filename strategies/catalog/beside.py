"""What some strategies read beside their own bars: another instrument's closes, funding rates. Pure.

Each series is as long as the bars, and its value at a bar was known when that bar closed. The other instrument is the
leader of the same market: everything is read beside BTC in its quote currency, and BTC itself beside ETH. Funding is
that of the instrument's own perpetual.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import FUNDING_KNOWN_MS, NO_FUNDING, Bars, Floats, FundingRates, Ints


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
_LEADERS: Final = ("BTC", "ETH")


def reference_id(instrument_id: str) -> str:
    """The instrument that this one is read beside: "binance:SOL/USDT" beside "binance:BTC/USDT"."""
    venue, _colon, symbol = instrument_id.rpartition(":")
    base, _slash, quote = symbol.partition("/")
    return f"{venue}:{_LEADERS[base == _LEADERS[0]]}/{quote}"


def closes_beside(bars: Bars, other: Bars) -> Floats:
    """The last close of `other` that was known when each of `bars` had closed; both of one timeframe."""
    return _last_known(other.open_ms, other.close_f, bars.open_ms)


def rates_beside(bars: Bars, funding: FundingRates) -> Floats:
    """The last funding rate that was set by the close of each of `bars`; NaN where there is none, or a stale one."""
    closes_ms = bars.open_ms + bars.timeframe.ms
    set_ms = _last_known(funding.at_ms, funding.at_ms.astype(np.float64), closes_ms)
    found = _last_known(funding.at_ms, funding.rates, closes_ms)
    found[closes_ms - set_ms > FUNDING_KNOWN_MS] = np.nan
    return found


def laid_beside(
    needs: Collection[Needs], bars: Bars, *, other: Bars | None = None, funding: FundingRates | None = None
) -> Beside:
    """What is read beside `bars`, of what is stored: another instrument's candles, funding rates. What is needed and
    not there is known at no bar, so that nothing is decided by it.
    """
    reference = rates = None
    if Needs.REFERENCE in needs:
        reference = closes_beside(bars, other) if other is not None else np.full(len(bars), np.nan)
    if Needs.FUNDING in needs:
        rates = rates_beside(bars, funding if funding is not None else NO_FUNDING)
    return Beside(reference, rates)


def _last_known(times_ms: Ints, values: Floats, at_ms: Ints) -> Floats:
    place = np.searchsorted(times_ms, at_ms, side="right") - 1
    found = np.full(len(at_ms), np.nan)
    known = place >= 0
    found[known] = values[place[known]]
    return found
