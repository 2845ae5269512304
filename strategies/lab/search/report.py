"""Everything that goes with the best of a search, as plain JSON: how much was tried, and what is left of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from cryptouniverse.kernel.market import DAY_MS, Floats
from cryptouniverse.kernel.words import said
from strategies.backtest.engine.metrics import YEAR_DAYS, Measured, daily_returns
from strategies.backtest.types import Studied
from strategies.lab.errors import BadSearch
from strategies.lab.search import overfitting
from strategies.lab.search.chunks import Search
from strategies.lab.search.evaluating import trade_returns
from strategies.lab.search.holding_out import CrossValidated, Forward, Tested, cross_validate, go_forward, judged_by
from strategies.lab.search.monte_carlo import monte_carlo
from strategies.lab.search.objectives import WORST, best_of, front, scores, whatever
from strategies.lab.search.plateau import HeatMap, heat_map, plateau_of, spread_of
from strategies.lab.search.space import Point
from strategies.lab.search.trials import Trial, TrialState, hash_of, table_of
from strategies.lab.search.verdict import Evidence, Verdict, judge

MANY: Final = 500  # trials from which on overfitting is looked for in fewer parts
_YEAR: Final = math.sqrt(YEAR_DAYS)


@dataclass(frozen=True, slots=True)
class Checks:
    """How a result is held out. folds: of walk-forward, 0 for none. anchored: whether it trains on all that was before.
    purge_days, embargo_days: taken out around a test. parts, tested: of cross-validation.
    """

    folds: int = 5
    anchored: bool = False
    purge_days: int = 1
    embargo_days: int = 1
    parts: int = 6
    tested: int = 2


def best_trial(search: Search, trials: Sequence[Trial]) -> Trial | None:
    """The best of those that were run to the end; None where none was. trials: in the order of their numbers.

    Where all closed too few trades, the best whatever they closed: its verdict says so.
    """
    done = [trial for trial in trials if trial.state is TrialState.DONE]
    if not done:
        return None
    table = _scores(search, done)
    if (table[:, 0] == WORST).all():
        table = np.array([scores(whatever(search.objectives), trial.metrics) for trial in done])
    return done[best_of(table)]


def front_of(search: Search, trials: Sequence[Trial]) -> list[int]:
    """The numbers of those that no other dominates."""
    done = [trial for trial in trials if trial.state is TrialState.DONE]
    return [done[row].number for row in np.flatnonzero(front(_scores(search, done)))] if done else []


def report(
    search: Search, trials: Sequence[Trial], best: Trial, studied: Studied, checks: Checks, *, over: bool
) -> dict[str, Any]:
    """The report. trials: all, in the order of their numbers. studied: the best one's parameters, run by themselves.

    over: whether the search came to its end. Numbers without a value are None.
    """
    once = _once(trials)
    done = [trial for trial in once if trial.state is TrialState.DONE]
    table = table_of(done)
    result = studied.study.result
    by_point = {trial.point: scores(search.objectives[:1], trial.metrics)[0] for trial in done}
    sharpe = _sharpe(once, daily_returns(result))
    overfit = overfitting.probability_of_overfitting(table, blocks=_blocks(table))
    forward, crossed = _held_out(search, table, checks)
    evidence = Evidence(
        trades=len(result.closed),
        deflated=sharpe["deflated"],
        pbo=overfit.pbo if overfit else None,
        forward=forward.sharpe if forward else None,
        total=studied.study.metrics["total_return"].value or 0.0,
        held=studied.study.baselines["buy_and_hold"]["total_return"].value,
        chance=studied.study.random.beaten,
        plateau=_earns_around(search, done, best.point),
        simulated=any(one.simulated for one in result.instruments),
        over=over,
    )
    names = spread_of(search.space, by_point)
    drawn = monte_carlo(trade_returns(result), seed=search.seed)
    begin_ms = result.markets.begin_ms
    found = {
        "trials": _counts(search, trials, once),
        "best": {"number": best.number, "parameters": search.space.parameters(best.point), **_best(studied)},
        "front": front_of(search, trials) if len(search.objectives) > 1 else [],
        "sharpe": sharpe,
        "overfitting": overfit and _overfit(overfit, _blocks(table)),
        "walk_forward": forward and _forward(search, done, forward, checks, begin_ms),
        "cross_validation": crossed and _crossed(search, done, crossed, checks, begin_ms),
        "plateau": {**asdict(plateau_of(search.space, by_point, best.point)), "influence": names},
        "map": map_as_json(heat_map(search.space, by_point, *names[:2])) if len(names) > 1 else None,
        "monte_carlo": drawn and asdict(drawn),
        "baselines": {name: _metrics(one) for name, one in studied.study.baselines.items()},
        "random_beaten": studied.study.random.beaten,
        "verdict": verdict_as_json(judge(evidence)),
        "hash": hash_of(trials),
    }
    return {name: _plain(value) for name, value in found.items()}


def map_as_json(found: HeatMap) -> dict[str, Any]:
    """A heat map with None where there is no value."""
    rows = [[None if math.isnan(value) else value for value in row] for row in found.values.tolist()]
    return {"x": found.x, "y": found.y, "xs": list(found.xs), "ys": list(found.ys), "values": rows}


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """Whether it is validated; each reason with its code, what it says as `words.said` keeps it, and if it refuses."""
    reasons = [
        {"code": one.code, "said": str(said(one.said, **one.facts)), "refuses": one.refuses} for one in verdict.reasons
    ]
    return {"validated": verdict.validated, "reasons": reasons}


def _scores(search: Search, trials: Sequence[Trial]) -> Floats:
    return np.array([scores(search.objectives, trial.metrics) for trial in trials])


def _once(trials: Sequence[Trial]) -> list[Trial]:
    """One trial a point, the first."""
    first: dict[Point, Trial] = {}
    for trial in trials:
        first.setdefault(trial.point, trial)
    return list(first.values())


def _counts(search: Search, trials: Sequence[Trial], once: Sequence[Trial]) -> dict[str, int]:
    by_state = {state.value: sum(trial.state is state for trial in trials) for state in TrialState}
    return {"wanted": search.trials, **by_state, "different": len(once)}


def _sharpe(once: Sequence[Trial], returns: Floats) -> dict[str, float | int | None]:
    """PSR, DSR and what they are made of; Sharpe ratios a year, as everywhere, `variance` too.

    A trial that was given up after n of N days counts with its Sharpe times √(n/N): of a worthless one, that varies as
    much as the Sharpe of N days does.
    """
    shapes = [overfitting.shape_of(trial.returns) for trial in once if trial.state is not TrialState.FAILED]
    tried = [shape.sharpe * math.sqrt(min(shape.periods / len(returns), 1)) if shape else 0.0 for shape in shapes]
    variance = float(np.var(tried, ddof=1)) if len(tried) > 1 else 0.0
    expected = overfitting.expected_maximum(len(tried), variance)
    shape = overfitting.shape_of(returns)
    found: dict[str, float | int | None] = {
        "trials": len(tried),
        "variance": variance * YEAR_DAYS,
        "expected_maximum": expected * _YEAR,
    }
    if shape is None:
        return (
            found
            | dict.fromkeys(("sharpe", "skew", "kurtosis", "psr", "deflated", "minimum_days"))
            | {"days": len(returns)}
        )
    return found | {
        "days": shape.periods,
        "sharpe": shape.sharpe * _YEAR,
        "skew": shape.skew,
        "kurtosis": shape.kurtosis,
        "psr": overfitting.probabilistic(shape),
        "deflated": overfitting.deflated(shape, trials=len(tried), variance=variance),
        "minimum_days": overfitting.minimum_track_record(shape, benchmark=expected),
    }


def _best(studied: Studied) -> dict[str, Any]:
    study = studied.study
    at_costs = {str(times): _metrics(one) for times, one in study.at_costs.items()}
    return {"metrics": _metrics(study.metrics), "at_costs": at_costs, "hash": study.result.hash}


def _overfit(found: overfitting.Overfit, parts: int) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("pbo", "slope", "lost", "splits")} | {"parts": parts}


def _blocks(table: Floats) -> int:
    return 16 if table.shape[1] <= MANY else 12


def _held_out(search: Search, table: Floats, checks: Checks) -> tuple[Forward | None, CrossValidated | None]:
    """What is chosen on a part, on another; None where there are too few days."""
    name = search.objectives[0].name
    forward = crossed = None
    try:
        if checks.folds:
            forward = go_forward(table, name, checks.folds, anchored=checks.anchored, purge=checks.purge_days)
        crossed = cross_validate(
            table,
            name,
            parts=checks.parts,
            tested=checks.tested,
            purge=checks.purge_days,
            embargo=checks.embargo_days,
        )
    except BadSearch:
        pass
    return forward, crossed


def _earns_around(search: Search, done: Sequence[Trial], best: Point) -> bool | None:
    totals = {trial.point: trial.metrics.get("total_return") or 0.0 for trial in done}
    mean = plateau_of(search.space, totals, best).mean
    return None if mean is None else mean > 0


def _forward(search: Search, done: Sequence[Trial], found: Forward, checks: Checks, begin_ms: int) -> dict[str, Any]:
    return {
        "chosen_by": judged_by(search.objectives[0].name),
        "anchored": checks.anchored,
        "efficiency": found.efficiency,
        "sharpe": found.sharpe,
        "return": found.total,
        "folds": [_fold(search, done, one, begin_ms) for one in found.folds],
    }


def _crossed(
    search: Search, done: Sequence[Trial], found: CrossValidated, checks: Checks, begin_ms: int
) -> dict[str, Any]:
    return {
        "purge_days": checks.purge_days,
        "embargo_days": checks.embargo_days,
        "mean": found.mean,
        "folds": [_fold(search, done, one, begin_ms) for one in found.folds],
        "paths": list(found.paths),
        "lost": sum(path < 0 for path in found.paths) / len(found.paths),
    }


def _fold(search: Search, done: Sequence[Trial], one: Tested, begin_ms: int) -> dict[str, Any]:
    trial = done[one.column]
    return {
        "train_days": len(one.train),
        "train_from": _day(begin_ms, one.train[0]),
        "train_to": _day(begin_ms, one.train[-1]),
        "test_from": _day(begin_ms, one.test[0]),
        "test_to": _day(begin_ms, one.test[-1]),
        "number": trial.number,
        "parameters": search.space.parameters(trial.point),
        "inside": one.inside,
        "outside": one.outside,
        "return": one.total,
    }


def _day(begin_ms: int, day: int) -> str:
    return str(np.datetime64(begin_ms // DAY_MS + int(day), "D"))


def _metrics(found: Mapping[str, Measured]) -> dict[str, Any]:
    return {name: {"value": one.value, "edge": one.edge} for name, one in found.items()}


def _plain(value: Any) -> Any:
    """Tuples as lists and infinities as None, all the way down."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
