"""Strategies that read more than their own bars: how series are laid beside bars, and who is refused without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryptouniverse.kernel.errors import Refused
from cryptouniverse.kernel.market import NO_FUNDING, FundingRates
from strategies.catalog.beside import Beside, Needs, closes_beside, laid_beside, rates_beside, reference_id
from strategies.catalog.registry import all_strategies, strategy
from tests.strategies.markets import START_MS, bars_from, beside_of, walk

HOUR_MS = 3_600_000
NEEDY = [one for one in all_strategies().values() if one.needs]


def given_hours(*hours, close=None):
    flat = np.full(len(hours), 100.0) if close is None else np.asarray(close, dtype=float)
    return bars_from(START_MS + HOUR_MS * np.asarray(hours), flat, flat, flat, flat, np.ones(len(hours)))


def test_another_instruments_close_stands_at_the_same_candle_and_stays_over_a_gap():
    own, other = given_hours(0, 1, 2, 3, 4), given_hours(1, 2, 4, close=[10, 20, 40])
    assert closes_beside(own, other).tolist()[1:] == [10, 20, 20, 40]
    assert np.isnan(closes_beside(own, other)[0])


def funding(rates, *hours, late_ms=0):
    return FundingRates(START_MS + HOUR_MS * np.array(hours, dtype=np.int64) + late_ms, np.array(rates))


def test_a_funding_rate_counts_from_the_close_at_or_after_which_it_was_set_and_no_candle_sees_a_later_one():
    bars = given_hours(0, 1, 2, 3, 4)
    assert rates_beside(bars, funding([0.1, 0.2], 1, 4)).tolist() == [0.1, 0.1, 0.1, 0.2, 0.2]
    late = rates_beside(bars, funding([0.1, 0.2], 1, 4, late_ms=1))
    assert np.isnan(late[0]) and late[1:].tolist() == [0.1, 0.1, 0.1, 0.2], "a millisecond later is the next candle's"


def test_a_funding_rate_is_known_for_a_day_and_then_it_is_stale():
    known = rates_beside(given_hours(*range(60)), funding([0.1, 0.3], 1, 50))
    assert (known[:25] == 0.1).all() and np.isnan(known[25:49]).all() and (known[49:] == 0.3).all()
    assert np.isnan(rates_beside(given_hours(0, 1), NO_FUNDING)).all()


def test_laid_beside_is_what_is_needed_and_what_is_not_there_is_known_at_no_bar():
    own = given_hours(0, 1)
    assert laid_beside((), own, other=own, funding=funding([0.1], 0)) == Beside()
    both = laid_beside(tuple(Needs), own)
    assert np.isnan(both.reference).all() and np.isnan(both.funding).all() and len(both.funding) == 2
    assert laid_beside((Needs.FUNDING,), own, funding=funding([0.1], 0)).funding.tolist() == [0.1, 0.1]


@pytest.mark.parametrize("one", [one for one in NEEDY if Needs.FUNDING in one.needs], ids=lambda one: one.name)
def test_where_no_rate_is_known_nothing_is_held(one):
    bars = walk(1500)
    beside = beside_of(bars)
    whole = one.stances(bars, {}, beside)
    rates = beside.funding.copy()
    rates[700:900] = np.nan
    holed = one.stances(bars, {}, replace(beside, funding=rates))
    entered = np.flatnonzero(np.diff(np.abs(holed)) > 0) + 1
    period = one.resolve({})["period"]
    assert not ((entered >= 700) & (entered < 900 + period - 1)).any() and (entered >= 900 + period - 1).any()
    assert not holed[720:900].any() and whole[720:900].any(), "what was held is left"


@pytest.mark.parametrize("one", NEEDY, ids=lambda one: one.name)
def test_without_what_it_needs_it_is_refused_and_says_what_that_is(one):
    with pytest.raises(Refused) as refusal:
        one.stances(walk(50), {})
    assert refusal.value.code == "strategy.missing_input"
    assert refusal.value.facts == {"strategy": one.name, "needs": one.needs[0].value}


def test_every_market_is_read_beside_the_leader_of_its_quote_currency_and_the_leader_beside_the_next():
    assert reference_id("binance:SOL/USDT") == "binance:BTC/USDT"
    assert reference_id("kraken:BTC/EUR") == "kraken:ETH/EUR"
    assert strategy("ratio_reversion").references(["a:X/Y"]) == {"a:X/Y": "a:BTC/Y"}
    assert strategy("donchian_breakout").references(["a:X/Y"]) == {}


def test_a_strategy_that_reads_funding_is_refused_where_none_is_stored_and_nobody_else_asks():
    asked = []

    def funded(ids):
        asked.append(list(ids))
        return {"a:X/Y"}

    for one in NEEDY:
        one.require_fed(["a:X/Y"], funded)
        if Needs.FUNDING in one.needs:
            with pytest.raises(Refused) as refusal:
                one.require_fed(["b:Z/Y", "a:X/Y"], funded)
            assert refusal.value.facts == {"strategy": one.name, "needs": "funding", "instruments": "b:Z/Y"}
            assert "import_funding" in refusal.value.message
    assert len(asked) == 2 * sum(Needs.FUNDING in one.needs for one in NEEDY)


def test_it_looks_at_what_it_says_it_needs():
    bars = walk(1500)
    beside = beside_of(bars)
    for one in NEEDY:
        other = beside.reference[::-1].copy() if Needs.REFERENCE in one.needs else beside.reference
        changed = replace(beside, reference=other, funding=-beside.funding)
        assert not np.array_equal(one.stances(bars, {}, beside), one.stances(bars, {}, changed))


def test_a_coin_far_below_its_partner_is_bought_and_one_far_above_sold():
    close = np.concatenate((np.tile([100.0, 100.5], 120), [92.0], np.tile([100.0, 100.5], 60), [109.0]))
    bars = given_hours(*range(len(close)), close=close)
    stances = strategy("ratio_reversion").stances(bars, {"period": 24, "stay": 6}, Beside(np.full(len(close), 50.0)))
    assert (stances[239], stances[240], stances[241], stances[-1]) == (0, 1, 0, -1)
