"""Ways of sizing in the ring: what they look at is read from candles and books, and no candle ahead."""

from decimal import Decimal

import numpy as np
import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel.market import Timeframe
from strategies.bots.models import Bot
from strategies.bots.services import change_bot
from strategies.signals.measuring import measures_at
from tests.api.client import ApiClient
from tests.autopilot.market import given_desk, given_slots, play
from trading.execution.models import Fill
from trading.execution.selectors import results_of_bots
from trading.marketdata.selectors import bars_of_many
from trading.marketdata.simulation import TIMEFRAME
from trading.portfolio.models import Position
from trading.risk.selectors import read_sizing

SLOTS = (6, 72)


@pytest.fixture
def desk(acme):
    portfolio, _bots = given_desk(position_pct_max=100)
    return portfolio


def sized(desk, **sizing):
    for bot in Bot.objects.all():
        change_bot(bot=bot, actor=desk.owner, sizing=sizing)


def test_a_fixed_amount_is_what_each_entry_costs(desk):
    sized(desk, method="fixed", amount="50")
    play(given_slots(*SLOTS), run_cycle)

    bought = [fill.price * fill.quantity for fill in Fill.objects.filter(cause="entry")]
    assert len(bought) > 5
    assert all(Decimal(40) < cost <= Decimal(50) for cost in bought)


@pytest.mark.parametrize("method", ["volatility_target", "atr_risk"])
def test_what_candles_say_ends_with_the_candle_that_was_decided_on(desk, method):
    sizing = read_sizing({"method": method, "percent": "10"})
    name, slot_ms = next(iter(Bot.objects.first().instruments)), given_slots(*SLOTS)[10]

    [measured] = measures_at([(name, sizing)], TIMEFRAME, slot_ms=slot_ms).values()

    ahead = measures_at([(name, sizing)], TIMEFRAME, slot_ms=slot_ms + Timeframe.H1.ms)
    assert [measured] != list(ahead.values())
    if method == "volatility_target":
        bars = bars_of_many([name], TIMEFRAME, start_ms=slot_ms - 30 * TIMEFRAME.ms, end_ms=slot_ms + TIMEFRAME.ms)[
            name
        ]
        swing = np.std(np.diff(np.log(bars.close_f)), ddof=1) * (365 * 24) ** 0.5 * 100
        assert float(measured.volatility_pct) == pytest.approx(swing)
        assert measured.candles == 31
    else:
        assert measured.atr > 0


@pytest.mark.parametrize("method", ["volatility_target", "atr_risk"])
def test_a_method_that_looks_at_candles_trades_in_the_ring(desk, method):
    sized(desk, method=method, percent="10")
    play(given_slots(*SLOTS), run_cycle)

    assert DecisionRecord.objects.filter(outcome__in=["taken", "reduced"]).exists()


def test_kelly_waits_for_results_and_counts_those_of_the_bot_alone(desk):
    slots = given_slots(*SLOTS)
    play(slots[:48], run_cycle)
    for bot in Bot.objects.all():
        closed = Position.objects.filter(bot_id=bot.public_id).exclude(closed_slot_ms=None)
        results = results_of_bots({bot.public_id: 1_000}).get(bot.public_id)
        assert (results.wins + results.losses if results else 0) == closed.count()
        assert (results.wins if results else 0) == closed.filter(realised__gt=0).count()
    sized(desk, method="kelly")
    play(slots[48:], run_cycle)

    assert DecisionRecord.objects.filter(rule="sizing").exists()


def test_it_is_set_over_the_api_and_a_wrong_number_names_the_nearest(desk):
    api = ApiClient.signed_in(desk.owner, host="acme.localhost")
    path = f"bots/{Bot.objects.first().public_id}"

    refused = api.patch(path, {"sizing": {"method": "kelly", "trades": 5}})
    assert (refused.status_code, refused.json()["code"]) == (422, "risk.bad_sizing")
    assert "10" in refused.json()["detail"]
    changed = api.patch(path, {"sizing": {"method": "kelly", "fraction": "0.25"}}).json()["sizing"]
    assert changed == {
        "method": "kelly", "fraction": "0.25", "most": "20", "trades": 30,
        "amount": None, "percent": None, "lookback": None, "multiple": None, "period": None,
    }  # fmt: skip
