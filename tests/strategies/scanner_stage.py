"""Two markets that are shown up to an hour, and what a scan sees of them."""

from __future__ import annotations

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from strategies.catalog.registry import strategy
from strategies.scanner.models import Opportunity, Scan
from strategies.scanner.services import scan_market
from tests.strategies.markets import START_MS, given_stored, walk
from trading.marketdata.models import Feed

BTC, ETH = "binance:BTC/USDT", "binance:ETH/USDT"
HOUR = Timeframe.H1.ms
DAYS = 60
NAMES = ("donchian_breakout", "moving_average_cross", "rsi_reversion", "bar_strength", "supertrend_follow")
CURSOR = START_MS + 44 * DAY_MS + 2 * HOUR


def few():
    """Some of the catalogue: tests need no more of it."""
    return [strategy(name) for name in NAMES]


def given_markets(cursor_ms: int = CURSOR):
    """Candles to DAYS, of which those up to the cursor have happened."""
    given_stored(walk(24 * DAYS, seed=1, instrument_id=BTC), walk(24 * DAYS, seed=2, instrument_id=ETH))
    shown_to(cursor_ms)


def shown_to(cursor_ms: int):
    """The market is shown up to the candle that opened then."""
    facts = {"source": "imported", "timeframe": "1h", "speed": 1, "seed": 7, "end_ms": START_MS + DAYS * DAY_MS - HOUR}
    stands = {"cursor_ms": cursor_ms, "running": True, "updated_at": clock.now()}
    Feed.objects.update_or_create(defaults={**facts, **stands})


def scanned(cursor_ms: int | None = None, strategies=None) -> list[Opportunity]:
    """What stands in a new scan, best first."""
    if cursor_ms is not None:
        shown_to(cursor_ms)
    scan = scan_market(strategies=few() if strategies is None else strategies)
    assert isinstance(scan, Scan)
    return list(scan.opportunities.select_related("record").order_by("rank"))


def told(rows) -> list[tuple]:
    """What a ranking says, without ids and moments."""
    return [
        (row.rank, row.strategy, row.instrument_id, row.timeframe, row.slot_ms, row.age, row.entry, row.stop,
         row.target, row.risk_of_100, row.score, row.verdict, row.validated, row.record.hash, row.signal_id)
        for row in rows
    ]  # fmt: skip
