"""Every strategy of the catalogue, found by itself, against the contract; and the contract against who breaks it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from strategies.catalog.registry import all_strategies
from tests.strategies import contract
from tests.strategies.markets import beside_of, beside_real, real_bars, walk
from trading.indicators import rsi, sma

EIGHT = [f"{base}-USDT" for base in ("BTC", "ETH", "SOL", "XRP", "DOGE", "LTC", "LINK", "AVAX")]
EACH = pytest.mark.parametrize("strategy", all_strategies().values(), ids=all_strategies())


@pytest.fixture(scope="module")
def market():
    return walk(4000)


@EACH
@pytest.mark.parametrize("check", contract.CHECKS, ids=lambda check: check.__name__)
def test_the_contract_holds(strategy, check, market):
    check(strategy, market)


def eight(real_data):
    """The eight markets, each with Bitcoin beside it, and Bitcoin with Ether."""
    bars = [real_bars(real_data, symbol) for symbol in EIGHT]
    return [(each, beside_real(each, bars[1] if each is bars[0] else bars[0])) for each in bars]


@EACH
def test_the_contract_holds_on_real_candles(strategy, real_data):
    bars = real_bars(real_data, "DOGE-USDT")
    contract.does_not_look_ahead(strategy, bars[:2500])
    contract.is_stable_when_history_doubles(strategy, bars)
    contract.makes_ten_trades(strategy, eight(real_data))


def test_no_two_strategies_are_alike(real_data):
    contract.is_like_no_other(dict(all_strategies()), eight(real_data))


def test_there_are_thirty_and_more_in_eight_families():
    assert len(all_strategies()) >= 30
    assert len({strategy.family for strategy in all_strategies().values()}) >= 8


def stances_of(long):
    stances = np.where(long, 1, 0).astype(np.int8)
    stances[:60] = 0
    return stances


def knows_tomorrow(bars, **_):
    return stances_of(np.append(bars.close_f[1:], 0) > bars.close_f)


def averages_both_sides(bars, **_):
    return stances_of(bars.close_f > np.convolve(bars.close_f, np.ones(9) / 9, mode="full")[4 : len(bars) + 4])


def measures_by_the_whole_history(bars, **_):
    return stances_of(bars.close_f > np.mean(bars.close_f)) if len(bars) else stances_of(bars.close_f > 0)


def repaints_its_last_low(bars, **_):
    low = bars.low_f
    known = np.append(low[1:], np.inf)  # a low counts once the next bar is higher: then the bar before is coloured
    return stances_of(low < known)


def rolls_dice(bars, **_):
    return stances_of(np.random.default_rng().random(len(bars)) > 0.5)


def speaks_too_soon(bars, **_):
    return (bars.close_f > bars.open_f).astype(np.int8)


def never_forgets(bars, **_):
    if not len(bars):
        return stances_of(bars.close_f > 0)
    return stances_of(bars.close_f > bars.close_f[0])  # depends on where the history begins


def answers_in_floats(bars, **_):
    return stances_of(bars.close_f > bars.open_f).astype(float)


def buys_a_dead_market(bars, **_):
    return stances_of(rsi(bars.close_f, 14) >= sma(bars.close_f, 14) * 0)


@pytest.mark.parametrize(
    ("planted", "check"),
    [
        (knows_tomorrow, contract.does_not_look_ahead),
        (averages_both_sides, contract.does_not_look_ahead),
        (measures_by_the_whole_history, contract.does_not_look_ahead),
        (repaints_its_last_low, contract.does_not_look_ahead),
        (rolls_dice, contract.is_deterministic),
        (speaks_too_soon, contract.is_silent_before_warm_up),
        (never_forgets, contract.is_stable_when_history_doubles),
        (answers_in_floats, contract.answers_with_a_stance_a_bar),
        (buys_a_dead_market, contract.does_not_crash_on_odd_markets),
    ],
    ids=lambda value: value.__name__,
)
def test_the_contract_catches_who_breaks_it(planted, check, market):
    culprit = replace(all_strategies()["moving_average_cross"], decide=planted)
    with pytest.raises(AssertionError):
        check(culprit, market)


def test_the_contract_catches_a_strategy_that_checks_no_parameters(market):
    class Careless(type(all_strategies()["moving_average_cross"])):
        def resolve(self, parameters):
            return dict(parameters)

    good = all_strategies()["moving_average_cross"]
    careless = Careless(**{name: getattr(good, name) for name in good.__dataclass_fields__})
    with pytest.raises(AssertionError):
        contract.refuses_bad_parameters(careless, market)


def test_the_contract_catches_a_strategy_without_a_stop(market):
    with pytest.raises(AssertionError):
        contract.says_what_it_is(replace(all_strategies()["moving_average_cross"], stop_bps=0), market)


def test_the_contract_catches_a_twin(market):
    cross = all_strategies()["moving_average_cross"]
    twin = replace(cross, decide=lambda bars, **set_to: cross.decide(bars, **set_to | {"band_bps": 11}))
    with pytest.raises(AssertionError, match="agree on"):
        contract.is_like_no_other({"one": cross, "other": twin}, [(market, beside_of(market))])


def test_the_contract_catches_a_strategy_that_hardly_trades(market):
    never = replace(all_strategies()["moving_average_cross"], decide=lambda bars, **_: stances_of(bars.close_f < 0))
    with pytest.raises(AssertionError, match="too few trades"):
        contract.makes_ten_trades(never, [(market, beside_of(market))])


def test_the_contract_catches_a_parameter_that_cannot_be_searched(market):
    cross = all_strategies()["moving_average_cross"]
    stepless = replace(cross, parameters=(replace(cross.parameters[0], step=None), *cross.parameters[1:]))
    with pytest.raises(AssertionError):
        contract.can_be_searched(stepless, market)
