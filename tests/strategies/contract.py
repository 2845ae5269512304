"""What every strategy of the catalogue must hold. Each check raises AssertionError; `CHECKS` names them all."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import numpy as np

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Bars
from strategies.catalog.beside import Beside
from strategies.catalog.types import Stances, Strategy, canonical
from tests.strategies.markets import beside_of
from trading.risk.sizing.reading import read_sizing

PLANS = ("free", "basic", "pro", "enterprise")
JUDGED = ("trend", "breakout", "mean_reversion", "pullback")
ALIKE_MOST, TRADES_LEAST = 0.95, 10
Market = tuple[Bars, Beside]


def decided(strategy: Strategy, bars: Bars, setting: dict) -> Stances:
    """What it decides, with a partner and funding rates beside the bars for whoever reads them."""
    return strategy.decided(bars, setting, beside_of(bars))


def settings_of(strategy: Strategy, tries: int = 2) -> list[dict]:
    """The defaults and a few seeded settings within the bounds."""
    noise = np.random.default_rng(5)
    found = [strategy.resolve({})]
    while len(found) <= tries:
        chosen = {p.name: p.kind(noise.uniform(p.low, (p.low + p.high) / 2)) for p in strategy.parameters}
        if not strategy.rule or not strategy.rule(chosen):
            found.append(strategy.resolve(chosen))
    return found


def says_what_it_is(strategy: Strategy, bars: Bars) -> None:
    texts = (strategy.title, strategy.hypothesis, strategy.regime, strategy.known_failure)
    assert all(len(text.strip()) > 5 for text in texts), "each text says something"
    assert strategy.plan in PLANS, "the lowest plan is one of the plans"
    assert 0 < strategy.stop_bps < 10_000 and strategy.target_bps >= 0, "every strategy has a stop"
    assert all(p.low <= p.default <= p.high and p.meaning for p in strategy.parameters), "bounds hold the default"
    assert read_sizing(strategy.sizing), "its default sizing is one there is"
    assert strategy.judged_as in JUDGED, "the panel knows its kind of entries"
    assert len(strategy.code_hash) == 16, "its code has a hash"


def can_be_searched(strategy: Strategy, bars: Bars) -> None:
    for p in strategy.parameters:
        grid = p.grid()
        assert p.step and p.step > 0, "a search needs a step"
        assert 2 <= len(grid) <= 1000 and p.default in grid, "the grid holds the default and is no sea"
        assert all(p.read(value) == value for value in grid), "every point of the grid is allowed"


def is_a_file_of_forty_to_150_lines(strategy: Strategy, bars: Bars) -> None:
    file = sys.modules[strategy.decide.__module__].__file__
    assert 40 <= len(Path(str(file)).read_text().splitlines()) <= 150, "40 to 150 lines"


def answers_with_a_stance_a_bar(strategy: Strategy, bars: Bars) -> None:
    for setting in settings_of(strategy):
        for n in (0, 1, 2, len(bars)):
            stances = decided(strategy, bars[:n], setting)
            assert stances.dtype == np.int8 and stances.shape == (n,), "int8, as long as the bars"
            assert np.isin(stances, (-1, 0, 1)).all(), "a stance is -1, 0 or 1"


def is_deterministic(strategy: Strategy, bars: Bars) -> None:
    for setting in settings_of(strategy):
        first, again = decided(strategy, bars, setting), decided(strategy, bars, setting)
        assert np.array_equal(first, again), "the same bars, the same answer"


def does_not_look_ahead(strategy: Strategy, bars: Bars) -> None:
    ends = np.unique(np.random.default_rng(3).integers(1, len(bars), 50))
    for setting in settings_of(strategy):
        whole = decided(strategy, bars, setting)
        for k in ends:
            known = decided(strategy, bars[:k], setting)
            assert np.array_equal(known, whole[:k]), f"the first {k} bars were answered otherwise once more were known"


def is_silent_before_warm_up(strategy: Strategy, bars: Bars) -> None:
    for setting in settings_of(strategy):
        warmup = strategy.warmup(setting)
        assert warmup >= 1, "a strategy needs at least one bar"
        assert not decided(strategy, bars, setting)[:warmup].any(), "no stance before warm-up"


def is_stable_when_history_doubles(strategy: Strategy, bars: Bars) -> None:
    for setting in settings_of(strategy):
        warmup = strategy.warmup(setting)
        assert 4 * warmup < len(bars), "the check needs more bars"
        for start in range(2 * warmup, len(bars) - 2 * warmup, max(1, len(bars) // 12)):
            short = decided(strategy, bars[start:], setting)[2 * warmup :]
            double = decided(strategy, bars[start - 2 * warmup :], setting)[4 * warmup :]
            assert np.mean(short != double) <= 0.001, "older history changes the answer"


def refuses_bad_parameters(strategy: Strategy, bars: Bars) -> None:
    bad: list[dict] = [{"no_such_parameter": 1}]
    for p in strategy.parameters:
        bad += [{p.name: value} for value in (p.low - 1, p.high + 1, "5", None, True, float("nan"))]
        bad += [{p.name: p.low + 0.5}] if p.kind is int else []
    for parameters in bad:
        try:
            strategy.resolve(parameters)
        except Invalid:
            continue
        raise AssertionError(f"{parameters} was accepted")


def keeps_its_parameters_through_text(strategy: Strategy, bars: Bars) -> None:
    import json

    for setting in settings_of(strategy):
        assert strategy.resolve(json.loads(canonical(setting))) == setting, "parameters survive being stored"


def does_not_crash_on_odd_markets(strategy: Strategy, bars: Bars) -> None:
    still = np.full(len(bars), 10_000)
    flat = Bars(bars.instrument_id, bars.timeframe, bars.tick, bars.open_ms, *[still] * 4, bars.volume * 0, bars.filled)
    still_beside = Beside(flat.close_f, flat.close_f * 0)
    for setting in settings_of(strategy):
        assert not strategy.decided(flat, setting, still_beside).any(), "nothing happens, nothing is bought"


def trades_of(stances: Stances) -> int:
    """How many positions are opened."""
    return int(np.count_nonzero((np.diff(stances) != 0) & (stances[1:] != 0)))


def makes_ten_trades(strategy: Strategy, markets: list[Market]) -> None:
    for bars, beside in markets:
        assert trades_of(strategy.stances(bars, {}, beside)) >= TRADES_LEAST, f"too few trades on {bars.instrument_id}"


def is_like_no_other(strategies: dict[str, Strategy], markets: list[Market]) -> None:
    held = {
        name: np.concatenate([one.stances(bars, {}, beside) for bars, beside in markets])
        for name, one in strategies.items()
    }
    for one, other in combinations(held, 2):
        alike = np.mean(held[one] == held[other])
        assert alike <= ALIKE_MOST, f"{one} and {other} agree on {alike:.1%} of their positions"


CHECKS = (
    says_what_it_is,
    can_be_searched,
    is_a_file_of_forty_to_150_lines,
    answers_with_a_stance_a_bar,
    is_deterministic,
    does_not_look_ahead,
    is_silent_before_warm_up,
    is_stable_when_history_doubles,
    refuses_bad_parameters,
    keeps_its_parameters_through_text,
    does_not_crash_on_odd_markets,
)
