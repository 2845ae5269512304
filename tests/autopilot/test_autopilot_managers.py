"""Bots that keep orders, through the whole ring on paper."""

import pytest

from tests.autopilot.managers import assert_alike, given_manager, work
from tests.strategies.markets import given_stored, walk

HOURS = 160
MARKET = "binance:BTC/USDT"
KINDS = {
    "dca_ladder": {"step_pct": "0.8", "maximum": 4, "target_pct": "0.8"},
    "spot_grid": {"count": 12, "below_pct": "6", "above_pct": "6", "investment": "4000"},
    "capped_martingale": {"target_pct": "1", "stop_pct": "1"},
}


@pytest.fixture
def slots(acme):
    bars = walk(HOURS, seed=5)
    given_stored(bars)
    return [int(slot) for slot in bars.open_ms]


@pytest.mark.parametrize("name", KINDS)
def test_a_manager_trades_on_paper_as_in_a_backtest(name, slots):
    bot = given_manager(name, [MARKET], **KINDS[name])

    work(slots)

    assert assert_alike(bot, slots) > 10
