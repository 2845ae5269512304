"""How fast candles come in: a Parquet file of a year of minutes through `import_candles`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, at_least
from benchmarks.marketdata import candles_imported_per_s


def measure() -> Iterator[Figure]:
    """Candles a second."""
    yield at_least("candle_import", candles_imported_per_s(), "candles/s", 100_000)
