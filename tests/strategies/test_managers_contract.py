"""Every manager of the catalogue, found by itself, against the contract; and the contract against who breaks it."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from strategies.backtest.engine.terms import Terms
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL, put
from strategies.catalog.registry import all_managers
from strategies.catalog.settings import Exact
from tests.strategies import managing_contract as contract
from tests.strategies.managing_stage import sit, swinging

EACH = pytest.mark.parametrize("manager", all_managers().values(), ids=all_managers())


@EACH
@pytest.mark.parametrize("check", contract.CHECKS, ids=lambda check: check.__name__)
def test_the_contract_holds(manager, check):
    check(manager)


@EACH
def test_compiled_it_does_what_it_does_as_plain_python(manager):
    markets = swinging(1_500, filled=0.02)
    plain, compiled = (sit(manager, {}, markets, Terms(), compiled=how) for how in (False, True))

    assert np.array_equal(plain.closed, compiled.closed)
    assert np.array_equal(plain.still_open, compiled.still_open)
    assert np.array_equal(plain.equity, compiled.equity)
    assert np.array_equal(plain.desk, compiled.desk) and np.array_equal(plain.orders, compiled.orders)


def test_there_are_six_in_six_families():
    assert len({manager.family for manager in all_managers().values()}) >= 6


def rebalance(**changed):
    return replace(all_managers()["threshold_rebalance"], **changed)


def rolls_dice(numbers, table, state, desk, orders):
    put(orders, 0, BUY, LIMIT, desk[its.CLOSE] - int(np.random.default_rng().integers(1, 50)), 100, 0)
    return 1


def sells_what_it_has_not(numbers, table, state, desk, orders):
    put(orders, 0, SELL, MARKET, 0, desk[its.HELD] + 1, 0)
    return 1


def buys_all_it_can(numbers, table, state, desk, orders):
    put(orders, 0, BUY, MARKET, 0, int(desk[its.FREE] // (desk[its.CLOSE] * desk[its.UNIT]) * 9 // 10), 0)
    return 1


def speaks_at_once(numbers, table, state, desk, orders):
    put(orders, 0, BUY, LIMIT, desk[its.CLOSE], 100, 0)
    return 1


def knows_the_whole_market():
    """A step that keeps the bars that it was shown once: what comes later is in its memory already."""
    seen: dict[int, int] = {}

    def begin(p, start):
        seen.clear()
        return all_managers()["threshold_rebalance"].begin(p, start)

    def step(numbers, table, state, desk, orders):
        put(orders, 0, BUY, LIMIT, step.tomorrow(int(desk[its.NOW_MS])), 1_000, 0)
        return 1

    return rebalance(begin=begin, step=step), step


def test_the_contract_catches_a_manager_that_knows_tomorrow(monkeypatch):
    culprit, step = knows_the_whole_market()
    usual = contract.sit

    def leaking(manager, setting, markets, terms, **named):
        bars = markets.each[0].bars
        step.tomorrow = lambda now: int(bars.close[min(int(bars.open_ms.searchsorted(now)) + 1, len(bars) - 1)])
        return usual(manager, setting, markets, terms, **named)

    monkeypatch.setattr(contract, "sit", leaking)
    with pytest.raises(AssertionError, match="changed orders before"):
        contract.does_not_look_ahead(culprit)


@pytest.mark.parametrize(
    ("planted", "check"),
    [
        (rolls_dice, contract.is_deterministic),
        (sells_what_it_has_not, contract.keeps_to_its_funds),
        (buys_all_it_can, contract.ends_at_its_loss_limit),
        (lambda *_: 0, contract.fills_ten_orders),
    ],
    ids=["dice", "sells_too_much", "never_ends", "never_trades"],
)
def test_the_contract_catches_who_breaks_it(planted, check):
    with pytest.raises(AssertionError):
        check(rebalance(step=planted))


def test_the_contract_catches_a_manager_that_spends_more_than_its_ladder_says():
    with pytest.raises(AssertionError, match="more than its ladder says"):
        contract.keeps_to_its_funds(replace(all_managers()["dca_ladder"], step=buys_all_it_can))


def test_the_contract_catches_a_manager_that_speaks_before_its_warm_up():
    with pytest.raises(AssertionError):
        contract.is_silent_before_warm_up(rebalance(step=speaks_at_once, warmup=lambda _p: 20))


def test_the_contract_catches_a_manager_without_a_loss_limit():
    off = Exact("loss_limit_pct", "0", "0", "100", "never", "5")
    for parameters in (rebalance().parameters[1:], (off, *rebalance().parameters[1:])):
        with pytest.raises(AssertionError):
            contract.says_what_it_is(rebalance(parameters=parameters))


def test_the_contract_catches_a_manager_that_checks_no_parameters():
    class Careless(type(rebalance())):
        def resolve(self, parameters):
            return dict(parameters)

    careless = Careless(**{name: getattr(rebalance(), name) for name in rebalance().__dataclass_fields__})
    with pytest.raises(AssertionError):
        contract.refuses_bad_parameters(careless)


@pytest.fixture
def of_the_how_to(tmp_path, monkeypatch):
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-manager.md"
    file = tmp_path / "dip_bids.py"
    file.write_text(re.search(r"```python\n(.*?)```", page.read_text(), re.DOTALL)[1])
    spec = importlib.util.spec_from_file_location("dip_bids", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "dip_bids", module)
    spec.loader.exec_module(module)
    return module.MANAGER


def test_the_example_of_the_how_to_passes_the_contract(of_the_how_to):
    for check in contract.CHECKS:
        check(of_the_how_to)
