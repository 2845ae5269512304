"""Candles and candle files said in a line, and an exchange on a real socket."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from tests.servers import serving
from trading.marketdata import models
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import CandleColumns, MarketSource, Stored

HOUR = Timeframe.H1.ms
DAY_ONE = clock.to_ms(datetime.fromisoformat("2024-01-01T00:00:00+00:00"))
BTC = "binance:BTC/USDT"


def candles(count: int = 48, *, start_ms: int = DAY_ONE, timeframe: Timeframe = Timeframe.H1, first=100.0, seed=1):
    """`count` candles of a random walk in cents."""
    noise = np.random.default_rng(seed)
    close = np.round(first + np.abs(np.cumsum(noise.normal(0, 0.5, count))), 2)
    opens = np.concatenate([[first], close[:-1]])
    high = np.round(np.maximum(opens, close) + 0.07, 2)
    low = np.round(np.minimum(opens, close) - 0.07, 2)
    open_ms = start_ms + np.arange(count, dtype=np.int64) * timeframe.ms
    return CandleColumns(open_ms, opens, high, low, close, np.round(noise.random(count) * 9, 5))


def without(columns: CandleColumns, *rows: int) -> CandleColumns:
    """The candles but those at `rows`."""
    return CandleColumns(*(np.delete(getattr(columns, name), rows) for name in CandleColumns.__slots__))


def with_value(columns: CandleColumns, name: str, row: int, value: float) -> CandleColumns:
    """The candles with one number changed."""
    column = getattr(columns, name).copy()
    column[row] = value
    return replace(columns, **{name: column})


def given_candles(
    columns: CandleColumns | None = None,
    *,
    instrument: str = BTC,
    timeframe: Timeframe = Timeframe.H1,
    **listing: object,
) -> Stored:
    """Store candles (48 hours of BTC/USDT by default) as imported ones."""
    base, quote = instrument.partition(":")[2].split("/")
    where = Listing(instrument, base, quote, MarketSource.IMPORTED, **listing)
    return store_candles(listing=where, timeframe=timeframe, candles=candles() if columns is None else columns)


def given_instrument(name: str, *, tick: str = "0.01", step: str = "0.00001") -> None:
    """An instrument that is listed, with these units and no candles."""
    base, _, quote = name.partition(":")[2].partition("/")
    models.Instrument.objects.get_or_create(
        name=name,
        defaults={"base": base, "quote": quote, "tick": Decimal(tick), "step": Decimal(step), "source": "imported"},
    )


def csv_file(folder: Path, columns: CandleColumns, name: str = "binance_BTC-USDT_1h.csv") -> Path:
    """The candles as a CSV file."""
    rows = zip(*(getattr(columns, column).tolist() for column in CandleColumns.__slots__), strict=True)
    lines = ["ts,open,high,low,close,volume", *(",".join(map(repr, row)) for row in rows)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


@contextmanager
def http_exchange(answer: Callable[[str, dict[str, str]], tuple[int, object]]) -> Iterator[str]:
    """An exchange's public API on a real socket: `answer(path, query)` gives status and body. Yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            status, body = answer(url.path, {key: values[0] for key, values in parse_qs(url.query).items()})
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"
