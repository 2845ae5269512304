"""The three rule-based analysts: explainable, deterministic, looking back only, and neither deaf nor yes-men."""

from collections import Counter
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from aiengine.consensus.analysts.conditions import BUY_STRENGTH_MIN
from aiengine.consensus.analysts.frame import ANALYSTS, frame_of, opinions_on
from aiengine.consensus.types import UNANIMOUS, Vote
from aiengine.consensus.vote import vote
from aiengine.consensus.wording import SENTENCES, sentence_of
from strategies.catalog.registry import all_strategies
from tests.aiengine.stage import READINGS
from tests.strategies.markets import real_bars, walk

TUNED_FOR = {"donchian_breakout", "moving_average_cross", "rsi_reversion"}
OVERSOLD = READINGS | {
    "distance_atr": -3.6,
    "slope_atr": -0.3,
    "rsi": 25.5,
    "move_atr": -4.0,
    "burst_atr": -2.0,
    "volume_ratio": 2.6,
    "close_place": 0.3,
}


def votes(facts, family):
    return [opinion.vote for opinion in opinions_on(facts, family)]


def test_a_breakout_with_all_its_conditions_passes():
    assert vote(opinions_on(READINGS, "breakout"), UNANIMOUS).side is not None


def test_an_oversold_reversion_is_not_vetoed_for_being_oversold():
    assert votes(OVERSOLD, "mean_reversion") == [Vote.BUY] * 3
    assert vote(opinions_on(OVERSOLD, "mean_reversion"), UNANIMOUS).side is not None


def test_a_dip_in_a_rise_passes_as_a_pullback_and_a_free_fall_does_not():
    dip = READINGS | {"distance_atr": -0.5, "slope_atr": 0.4, "rsi": 44.0, "burst_atr": -1.6, "volume_ratio": 1.1}
    dip |= {"close_place": 0.2}
    assert votes(dip, "pullback") == [Vote.BUY] * 3
    assert votes(dip | {"burst_atr": -4.6, "slope_atr": -0.6}, "pullback")[:2] == [Vote.SELL, Vote.SELL]


def test_the_same_fall_is_no_trend_to_follow():
    assert votes(OVERSOLD, "trend")[:2] == [Vote.HOLD, Vote.SELL]


@pytest.mark.parametrize(
    ("family", "changed", "expected"),
    [
        ("breakout", {"volume_ratio": 0.5}, [Vote.BUY, Vote.BUY, Vote.BUY]),
        ("breakout", {"volume_ratio": 0.5, "close_place": 0.5}, [Vote.BUY, Vote.BUY, Vote.HOLD]),
        ("breakout", {"adx": 11.9}, [None, Vote.BUY, Vote.BUY]),
        ("breakout", {"volume_ratio": 0.0}, [Vote.BUY, Vote.BUY, None]),
        ("breakout", {"rsi": 83.0}, [Vote.BUY, Vote.SELL, Vote.BUY]),
        ("trend", {"distance_atr": -2.0, "slope_atr": -0.6}, [Vote.SELL, Vote.BUY, Vote.BUY]),
        ("trend", {"close_place": 0.1}, [Vote.BUY, Vote.BUY, Vote.SELL]),
        ("a family nobody knows", {}, [None, None, None]),
    ],
)
def test_each_analyst_judges_its_own_conditions(family, changed, expected):
    assert votes(READINGS | changed, family) == expected


def test_free_falls_are_not_caught():
    assert votes(OVERSOLD | {"slope_atr": -1.2, "burst_atr": -4.6}, "mean_reversion")[:2] == [Vote.SELL, Vote.SELL]


def test_confidences_are_exact_and_stay_within_bounds():
    frame = frame_of(walk(600))
    spoken = [
        o
        for family in ("trend", "breakout", "mean_reversion")
        for i in range(99, 600)
        for o in frame.opinions(family, i)
    ]

    confidences = {o.confidence for o in spoken if o.vote}
    assert min(confidences) >= Decimal("0.5") and max(confidences) <= Decimal("0.99")
    assert all(c == round(c, 4) for c in confidences)
    assert all(
        o.confidence >= Decimal(str(round(0.5 + 0.49 * BUY_STRENGTH_MIN, 4))) for o in spoken if o.vote is Vote.BUY
    )


def test_an_opinion_depends_on_nothing_after_its_candle():
    bars = walk(500)
    whole = frame_of(bars)

    for length in range(300, 480, 13):
        cut = frame_of(bars[:length])
        assert cut.facts(length - 1) == whole.facts(length - 1)
        assert cut.opinions("trend", length - 1) == whole.opinions("trend", length - 1)


def test_what_the_record_keeps_gives_the_same_opinions():
    frame = frame_of(walk(500))

    for index in range(300, 500, 7):
        assert opinions_on(frame.facts(index), "breakout") == frame.opinions("breakout", index)


def test_odd_markets_are_silence_and_not_a_crash():
    flat = walk(200)
    dead = type(flat)(
        flat.instrument_id,
        flat.timeframe,
        flat.tick,
        flat.open_ms,
        *(flat.open[:1].repeat(200),) * 4,
        np.zeros(200),
        flat.filled,
    )

    assert frame_of(dead).at(int(dead.open_ms[-1])) is None
    assert [frame_of(flat[:n]).at(int(flat.open_ms[max(n - 1, 0)])) for n in (0, 1, 13, 59)] == [None] * 4


def test_each_opinion_is_explained_in_words():
    frame = frame_of(walk(900))
    spoken = [
        o
        for family in ("trend", "breakout", "mean_reversion", "pullback", "x")
        for i in range(99, 900)
        for o in frame.opinions(family, i)
    ]

    assert {o.reason.partition(":")[0] for o in spoken} <= set(SENTENCES)
    assert not [o for o in spoken if "%(" in sentence_of(o.reason) or sentence_of(o.reason) == o.reason]


def test_conditions_of_a_family_share_one_whole():
    for analyst in ANALYSTS:
        assert all(sum(c.share for c in conditions) == pytest.approx(1) for conditions in analyst.conditions.values())
        assert {shipped.judged_as for shipped in all_strategies().values()} <= set(analyst.conditions)


@cache
def framed(real_data, symbol):
    return frame_of(real_bars(real_data, symbol))


@pytest.mark.parametrize("name", sorted(name for name, one in all_strategies().items() if not one.needs))
def test_on_a_real_year_some_entries_of_each_strategy_pass_and_some_do_not(real_data, name):
    shipped, passed = all_strategies()[name], Counter()
    for symbol in ("BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT"):
        frame, stances = framed(real_data, symbol), shipped.stances(real_bars(real_data, symbol), {})
        for index in np.flatnonzero((stances[1:] == 1) & (stances[:-1] != 1))[20:] + 1:
            passed[vote(frame.opinions(shipped.judged_as, int(index)), UNANIMOUS).side is not None] += 1

    least, most = (0.15, 0.50) if name in TUNED_FOR else (0.02, 0.95)
    assert least <= passed[True] / passed.total() <= most
