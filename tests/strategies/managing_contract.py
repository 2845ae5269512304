"""What every manager of the catalogue must hold. Each check raises AssertionError; `CHECKS` names them all."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np

from cryptouniverse.kernel.errors import Invalid
from strategies.backtest.engine.managing import columns as own
from strategies.backtest.engine.terms import Terms
from strategies.catalog import desk as its
from strategies.catalog.errors import BadParameter, LadderRefused
from strategies.catalog.managing import Manager, Parameter
from strategies.catalog.settings import Choice, Exact
from strategies.catalog.types import canonical
from tests.strategies.contract import PLANS, TRADES_LEAST
from tests.strategies.managing_stage import altered, sit, start, swinging

BARS = 700


@cache
def settings_of(manager: Manager, tries: int = 2) -> list[dict]:
    """The defaults and a few seeded settings that can be started with."""
    dice = np.random.default_rng(5)
    found = [manager.resolve({})]
    grids = {p.name: p.grid() for p in manager.parameters}
    for _attempt in range(500):
        chosen = {name: grid[dice.integers(len(grid))] for name, grid in grids.items() if dice.random() < 0.5}
        try:
            manager.ladder(chosen, start())
        except (BadParameter, LadderRefused):
            continue
        found.append(manager.resolve(chosen))
        if len(found) > tries:
            return found
    raise AssertionError("hardly any setting can be started with")


def says_what_it_is(manager: Manager) -> None:
    texts = (manager.title, manager.hypothesis, manager.regime, manager.known_failure, manager.sizing)
    assert all(len(text.strip()) > 5 for text in texts), "each text says something"
    assert manager.plan in PLANS, "the lowest plan is one of the plans"
    limits = [p for p in manager.parameters if p.name == "loss_limit_pct"]
    assert limits and float(limits[0].default) > 0, "every manager has a stop: a loss limit that is on"
    assert manager.parameters[0] is limits[0], "the loss limit is the first of its parameters"
    assert all(p.meaning for p in manager.parameters) and len(manager.code_hash) == 16


def is_a_file_of_forty_to_150_lines(manager: Manager) -> None:
    file = sys.modules[manager.step.__module__].__file__
    assert 40 <= len(Path(str(file)).read_text().splitlines()) <= 150, "40 to 150 lines"


def can_be_searched(manager: Manager) -> None:
    for p in manager.parameters:
        grid = p.grid()
        least = 1 if isinstance(p, Exact) and p.step is None else 2
        assert least <= len(grid) <= 1_000 and len(set(grid)) == len(grid), f"{p.name}: the grid is no sea"
        assert p.default in grid, f"{p.name}: the grid holds the default"
        assert all(p.read(value) == value for value in grid), f"{p.name}: grid and bounds"


def refuses_bad_parameters(manager: Manager) -> None:
    bad: list[dict] = [{"no_such_parameter": 1}]
    for p in manager.parameters:
        if isinstance(p, Choice):
            bad += [{p.name: value} for value in ("no such word", 1, None, True)]
            continue
        low, high = (float(p.low), float(p.high))
        bad += [{p.name: value} for value in (low - 1, high + 1, "five", None, True, float("nan"), [1])]
        bad += [{p.name: p.low + 0.5}] if isinstance(p, Parameter) else []
        bad += [{p.name: "1.0000000001"}] if isinstance(p, Exact) else []
    for parameters in bad:
        try:
            manager.resolve(parameters)
        except Invalid:
            continue
        raise AssertionError(f"{parameters} was accepted")


def keeps_its_parameters_through_text(manager: Manager) -> None:
    for setting in settings_of(manager):
        assert manager.resolve(json.loads(canonical(setting))) == setting, "parameters survive being stored"


def is_deterministic(manager: Manager) -> None:
    markets = swinging(BARS)
    for setting in settings_of(manager):
        one, other = (sit(manager, setting, markets, Terms()) for _ in range(2))
        assert np.array_equal(one.closed, other.closed) and np.array_equal(one.equity, other.equity)
        assert np.array_equal(one.orders, other.orders), "the same bars, the same orders"


def does_not_look_ahead(manager: Manager) -> None:
    markets = swinging(BARS)
    for setting in settings_of(manager):
        for since in (5, BARS // 3, BARS - 40):
            one = sit(manager, setting, markets, Terms(), to=since)
            other = sit(manager, setting, altered(markets, since), Terms(), to=since)
            assert np.array_equal(one.orders, other.orders), f"bars after {since} changed orders before"
            assert np.array_equal(one.machine.state, other.machine.state) and np.array_equal(one.desk, other.desk)


def keeps_to_its_funds(manager: Manager) -> None:
    """Never more cash than it has, never more than its ladder says at first, never a sell of what it does not hold."""
    markets = swinging(BARS, swing=0.2)
    for setting in settings_of(manager):
        needed = manager.ladder(setting, start(str(markets.each[0].bars.close[0] / 100))).needed
        sitting = sit(manager, setting, markets, Terms(), to=1)
        before_profit = True
        while sitting.at < markets.bars:
            sitting.walk_to(sitting.at + 1)
            desk = sitting.desk
            assert min(desk[its.CASH], desk[its.FREE], desk[its.HELD], desk[its.COST]) >= 0
            before_profit &= desk[own.COUNT] == 0
            if before_profit:
                assert desk[its.FUNDS] - desk[its.FREE] <= needed, "it spends more than its ladder says"
        assert sitting.desk[own.REFUSED + its.NOT_HELD] == 0, "it sells what it does not hold"


def is_silent_before_warm_up(manager: Manager) -> None:
    markets = swinging(BARS)
    for setting in settings_of(manager):
        warmup = manager.warmup(setting)
        assert 1 <= warmup < BARS // 2
        assert not sit(manager, setting, markets, Terms(), to=warmup - 1).orders[:, its.STEPS].any()


def ends_at_its_loss_limit(manager: Manager) -> None:
    falling = swinging(BARS, swing=0.9, noise=0.0)
    setting = {"loss_limit_pct": "1"}
    sitting = sit(manager, setting, falling, Terms())
    low = sitting.equity.min() / sitting.desk[its.FUNDS]
    if low < 0.99:
        assert sitting.machine.state[its.ENDED] == 1, "it goes on after its loss limit"
        assert sitting.desk[its.HELD] == 0 or sitting.orders[0, its.STEPS] > 0, "it holds on after its loss limit"
        assert not sitting.orders[1:, its.STEPS].any()


def fills_ten_orders(manager: Manager) -> None:
    sitting = sit(manager, {}, swinging(3_000, swing=0.12), Terms())
    bought = len(sitting.closed) + len(sitting.still_open)
    assert bought >= TRADES_LEAST, f"it bought {bought} times in 3,000 bars"


CHECKS = (
    says_what_it_is,
    is_a_file_of_forty_to_150_lines,
    can_be_searched,
    refuses_bad_parameters,
    keeps_its_parameters_through_text,
    is_deterministic,
    does_not_look_ahead,
    keeps_to_its_funds,
    is_silent_before_warm_up,
    ends_at_its_loss_limit,
    fills_ten_orders,
)
