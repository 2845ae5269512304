"""Managers trade in a backtest as they do on paper: the whole ring and the engine agree on every fill, lot and cent."""

import os
from dataclasses import replace

import numpy as np
import pytest

from strategies.catalog.registry import all_managers
from tests.autopilot.managers import assert_alike, given_manager, work
from tests.strategies.markets import given_stored, real_bars
from trading.execution.models import Fill, Order
from trading.marketdata.models import CandleDay, Instrument

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3_600 if os.environ.get("CU_SOAK") else 600)]

SOAK = bool(os.environ.get("CU_SOAK"))
ASSETS = ("BTC", "ETH", "SOL", "XRP") if SOAK else ("BTC",)
SLOTS = 3_000 if SOAK else 1_000
HOLES = 19  # every so many candles of the first asset one is missing
COLUMNS = ("open_ms", "open", "high", "low", "close", "volume", "filled")
KINDS = (
    ("dca_ladder", {"step_pct": "0.6", "maximum": 5, "target_pct": "0.6", "stop_pct": "9", "cooldown": 1}),
    ("spot_grid", {"count": 14, "below_pct": "3", "above_pct": "2", "spacing": "arithmetic", "outside": "trail"}),
    ("spot_grid", {"count": 10, "below_pct": "5", "above_pct": "9", "outside": "stop", "stop_pct": "1"}),
    ("capped_martingale", {"target_pct": "0.8", "stop_pct": "0.7"}),
)
MORE = (
    ("dca_ladder", {"counted_from": "previous", "target_on": "base", "target_pct": "3", "maximum": 8}),
    ("spot_grid", {"count": 30, "below_pct": "8", "above_pct": "8"}),
)


def with_holes(bars):
    kept = np.arange(len(bars)) % HOLES != 0
    return replace(bars, **{name: getattr(bars, name)[kept] for name in COLUMNS})


@pytest.fixture
def ring(fresh_tenant, real_data):
    """Every manager as it is, and some that are lively, after the ring has worked every slot."""
    real = [real_bars(real_data, f"{asset}-USDT")[:SLOTS] for asset in ASSETS]
    markets = [replace(bars, instrument_id=bars.instrument_id.replace("binance", "managed")) for bars in real]
    slots = [int(slot) for slot in markets[0].open_ms]
    markets[0] = with_holes(markets[0])
    given_stored(*markets)
    ids = [bars.instrument_id for bars in markets]
    usual = [(name, {}) for name in all_managers() if name not in dict(KINDS)]
    bots = [
        given_manager(name, ids, funds=str(9_000 * len(ids)), cash="1000000", email=f"m{n}@example.com", **parameters)
        for n, (name, parameters) in enumerate([*KINDS, *usual, *(MORE if SOAK else ())])
    ]
    work(slots)
    yield slots, bots
    CandleDay.objects.filter(instrument__name__in=ids).delete()
    Instrument.objects.filter(name__in=ids).delete()


def test_every_manager_trades_on_paper_as_it_does_in_a_backtest(ring):
    slots, bots = ring
    filled = {(bot.strategy, n): assert_alike(bot, slots) for n, bot in enumerate(bots)}

    assert all(filled.values()), filled
    assert sum(filled.values()) > 40 * len(bots)
    assert set(Fill.objects.values_list("cause", flat=True)) == {"entry", "exit", "stop", "target"}
    assert "price_collar" in set(Order.objects.values_list("reason", flat=True)) or not SOAK
