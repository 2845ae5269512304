"""How long it takes to load a year of minutes (525,600 candles) that this process has not seen before."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, below
from benchmarks.marketdata import minutes_year_load_s


def measure() -> Iterator[Figure]:
    """The median of five."""
    yield below("year_of_minutes", minutes_year_load_s(), "s", 0.3)
