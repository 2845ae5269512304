"""How many orders a second the whole ring makes: a cut of real candles (CU_TEST_DATA), or of the simulated market."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from benchmarks.figures import Figure, at_least
from tests.web.stage import given_market
from trading.marketdata.selectors import bars_of, instruments
from trading.marketdata.types import FOREVER_MS

ROOT = Path(__file__).resolve().parent.parent
SLOTS = 1_000


def measure() -> Iterator[Figure]:
    """Orders a second over the first thousand candles, with start and proof of the books."""
    with _candles() as folder:
        command = [sys.executable, "manage.py", "replay", str(folder), "--json", "--slots", str(SLOTS)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    report = json.loads(done.stdout.splitlines()[-1])
    if not report["books_balanced"]:
        raise RuntimeError("the replay's books do not balance")
    yield at_least("replay", float(report["orders_per_s"]), "orders/s", 100)


@contextmanager
def _candles() -> Iterator[Path]:
    if data := os.environ.get("CU_TEST_DATA"):
        yield Path(data) / "ohlcv"
        return
    print("CU_TEST_DATA is not set: replaying the simulated market", file=sys.stderr)
    feed = given_market()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for instrument_id, instrument in instruments().items():
            bars = bars_of(instrument_id, feed.timeframe, start_ms=0, end_ms=FOREVER_MS)
            columns = {"ts": bars.open_ms, "open": bars.open_f, "high": bars.high_f, "low": bars.low_f}
            columns |= {"close": bars.close_f, "volume": bars.volume}
            file = f"bench_{instrument.base}-{instrument.quote}_{feed.timeframe.value}.parquet"
            pa.parquet.write_table(pa.table(columns), folder / file)
        yield folder
