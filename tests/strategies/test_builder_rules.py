"""What a document decides: as its hand-written twin does, bar by bar, and never with what it cannot know."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Terms
from strategies.builder.errors import BadRules
from strategies.builder.rules.compiling import checked_document, compile_rules
from strategies.builder.rules.evaluating import Evaluation
from strategies.builder.rules.reading import canonical, parsed
from strategies.builder.rules.settling import never_settles, settled
from strategies.catalog.asking import asked_by_day
from strategies.catalog.errors import BadParameter
from strategies.catalog.registry import strategy
from tests.strategies import contract
from tests.strategies.backtest_stage import BTC
from tests.strategies.markets import real_bars, walk
from tests.strategies.rule_documents import (
    TWINS,
    above,
    below,
    chance_document,
    declared,
    document,
    either,
    every,
    line,
    no,
    number,
    price,
)
from tests.strategies.test_catalog_contract import EIGHT
from trading.indicators.registry import indicators

EACH_TWIN = pytest.mark.parametrize("name", TWINS)
SETTLING = [each for each in indicators().values() if not never_settles(each)]
NOT_OF_DOCUMENTS = (contract.is_a_file_of_forty_to_150_lines,)


@pytest.fixture(scope="module")
def market():
    return walk(4000)


def compiled(raw, **named):
    return compile_rules(checked_document(raw), **named)


@EACH_TWIN
def test_it_equals_its_twin_bar_by_bar_on_the_eight_markets(name, real_data):
    rules, twin = compiled(TWINS[name]), strategy(name)
    for setting in contract.settings_of(rules, tries=1):
        silent = max(rules.warmup(setting), twin.warmup(setting))
        assert silent - min(rules.warmup(setting), twin.warmup(setting)) <= 1
        for symbol in EIGHT:
            bars = real_bars(real_data, symbol)
            ours, theirs = rules.decided(bars, setting), twin.decided(bars, twin.resolve(setting))
            assert np.array_equal(ours[silent:], theirs[silent:]), symbol
            assert contract.trades_of(theirs) > 0


def test_a_run_by_rules_is_the_run_by_its_twin_to_the_last_digit(real_data):
    bars = real_bars(real_data, "ETH-USDT")
    start_ms = int(bars.open_ms[1200])
    hashes = set()
    for one in (compiled(TWINS["donchian_breakout"]), strategy("donchian_breakout")):
        asked = asked_by_day(one, one.resolve({}), bars, start_ms=start_ms)
        instrument = replace(BTC, id=bars.instrument_id, tick=bars.tick, step=Decimal("0.001"))
        done = run(Markets([Market(instrument, bars[1200:])]), [asked], Terms())
        assert len(done.trades) > 10
        hashes.add(done.hash)
    assert len(hashes) == 1


@pytest.mark.parametrize("name", ("donchian_breakout", "rsi_reversion", "money_flow_turn"))
@pytest.mark.parametrize("check", [each for each in contract.CHECKS if each not in NOT_OF_DOCUMENTS])
def test_the_contract_of_the_catalogue_holds(name, check, market):
    check(compiled(TWINS[name]), market)


@pytest.mark.parametrize("seed", range(16))
def test_rules_by_chance_are_honest(seed, market):
    noise = np.random.default_rng(seed)
    rules = None
    while rules is None:
        try:
            rules = compiled(chance_document(noise))
        except BadRules as refusal:
            assert "never true together" in str(refusal) or "compares" in str(refusal) or "same as" in str(refusal)
    for check in (contract.answers_with_a_stance_a_bar, contract.is_deterministic, contract.is_silent_before_warm_up):
        check(rules, market)
    whole, warmup = rules.stances(market, {}), rules.warmup({})
    for k in noise.integers(1, len(market), 12):
        assert np.array_equal(rules.stances(market[:k], {}), whole[:k]), "it looked ahead"
    for start in noise.integers(0, len(market) - 4 * warmup - 100, 4):
        later = rules.stances(market[start:], {})[4 * warmup :]
        assert np.mean(later != whole[start + 4 * warmup :]) <= 0.001, "older history changes the answer"


@pytest.mark.parametrize(
    "chosen", [each for each in indicators().values() if not never_settles(each)], ids=lambda i: i.name
)
def test_an_indicator_has_settled_when_rules_take_it_for_settled(chosen, market):
    setting = chosen.resolve({})
    bars, whole = settled(chosen, setting), chosen.compute(market)
    for start in (960, 1512):
        cut = chosen.compute(market[start:])
        for name, values in whole.items():
            usual = np.nanstd(values) or 1.0
            for times, tolerated in ((1, 0.05), (4, 1e-5)):
                old, new = values[start + times * bars :], cut[name][times * bars :]
                assert np.array_equal(np.isnan(old), np.isnan(new))
                assert np.nanmean(np.abs(old - new) > tolerated * usual) <= 0.01


def test_each_distinct_indicator_is_worked_out_once(market, monkeypatch):
    from trading.indicators.types import Indicator

    asked, compute = [], Indicator.compute
    monkeypatch.setattr(
        Indicator, "compute", lambda self, bars, **s: asked.append(self.name) or compute(self, bars, **s)
    )
    both = every(above(line("sma", period=20), price()), below(line("sma", period=20, shift=3), line("rsi", period=9)))
    rules = compiled(document(both, above(line("sma", period=30), line("sma"))))  # the second is of 20 bars, as usual
    rules.stances(market, {})
    assert sorted(asked) == ["rsi", "sma", "sma"]


def truth(condition, closes):
    bars = walk(len(closes))
    bars = replace(bars, close=np.round(np.array(closes) / float(bars.tick)).astype(np.int64))
    found = Evaluation(bars, {"n": 2}).truth(condition)
    return "".join("+" if yes else "-" if no_ else "?" for yes, no_ in zip(*found, strict=True))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (above(price(), number(3)), "---++-+"),
        (below(price(), number(3)), "++---+-"),
        ({"is": "crosses_above", "left": price(), "right": number(3)}, "---+--+"),
        ({"is": "crosses_below", "left": price(), "right": number(3)}, "?----+-"),
        ({"is": "between", "value": price(), "low": number(1), "high": number(4)}, "-++--++"),
        ({"is": "rising", "value": price(), "bars": 1}, "?++++-+"),
        ({"is": "rising", "value": price(), "bars": {"is": "parameter", "name": "n"}}, "??+++--"),
        ({"is": "falling", "value": price(), "bars": 1}, "?----+-"),
        (above(price(shift=1), number(1)), "?-+++++"),
        (no(above(price(shift=1), number(1))), "?+-----"),
        ({"is": "within", "of": above(price(), number(4)), "bars": 2}, "?---++-"),
        (every(above(price(), number(1)), above(price(shift=1), number(1))), "--+++++"),
        (either(above(price(), number(1)), above(price(shift=1), number(2))), "?++++++"),
    ],
)
def test_what_a_condition_means(condition, expected):
    assert truth(condition, [1, 2, 3, 4, 5, 2, 3.5]) == expected


def test_what_is_above_by_rounding_alone_is_not_above(market):
    same = line("sma", period=20, offset_bps=1e-8)
    rules = compiled(document(above(same, line("sma", period=20))))
    assert not rules.stances(market, {}).any()


def test_parameters_together_are_refused_as_the_indicator_refuses_them():
    macd = line("macd", "histogram", fast="fast", slow="slow")
    turned = [declared("fast", 12, 3, 100, 1), declared("slow", 26, 10, 90, 1)]
    rules = compiled(document(above(macd, number(0)), parameters=turned))
    assert rules.warmup(rules.resolve({"slow": 40})) > rules.warmup(rules.resolve({}))
    with pytest.raises(BadParameter, match="fast must be below slow"):
        rules.resolve({"fast": 90, "slow": 20})


def test_a_document_goes_out_and_comes_back_the_same(market):
    for raw in TWINS.values():
        out = canonical(checked_document(raw))
        again = checked_document(parsed(out))
        assert canonical(again) == out
        one, other = compile_rules(checked_document(raw)), compile_rules(again)
        assert one.code_hash == other.code_hash
        assert np.array_equal(one.stances(market, {}), other.stances(market, {}))


def test_other_rules_have_another_hash():
    one = TWINS["rsi_reversion"]
    assert compiled(one).code_hash != compiled({**one, "stop_bps": 251}).code_hash
    assert compiled(one).code_hash == compiled({**one, "name": "Another name"}).code_hash
    assert compiled(one).code_hash == compiled(json.loads(json.dumps(one), parse_int=Decimal)).code_hash
