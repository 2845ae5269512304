"""Many trials over one ground: the bars are lined up once, and each trial is a decision and a compiled run. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Bars, Floats
from cryptouniverse.kernel.words import said
from strategies.backtest.engine.deciding import ask_at_once
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.metrics import daily_returns, measure
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Terms
from strategies.backtest.errors import RunCancelled
from strategies.catalog.beside import Beside
from strategies.catalog.types import Number
from strategies.lab.search.objectives import Objective, scores, whatever
from strategies.lab.search.space import Point, Space
from strategies.lab.search.trials import Trial, TrialState

_NO_DAYS = np.zeros(0)
Going = Callable[[], bool]


@dataclass(frozen=True, slots=False)
class Ground:
    """What all trials of a search run over. stored: the bars of each market in the order of `markets`, with those
    before the range that warm a strategy up; beside: what is read beside those. shares: the parts of the range, rising
    to below 1, after which a search that prunes looks at a trial.
    """

    space: Space
    stored: tuple[Bars, ...]
    beside: tuple[Beside, ...]
    markets: Markets
    terms: Terms
    shares: tuple[float, ...] = ()

    def cut(self, share: float) -> Ground:
        """The same ground, as much of its beginning as `share` says."""
        end_ms = self.markets.begin_ms + int((self.markets.end_ms - self.markets.begin_ms) * share)
        bars = [market.bars[: int(market.bars.open_ms.searchsorted(end_ms))] for market in self.markets.each]
        kept = [at for at, each in enumerate(bars) if len(each)]
        ends = [int(self.stored[at].open_ms.searchsorted(end_ms)) for at in kept]
        stored = tuple(self.stored[at][:end] for at, end in zip(kept, ends, strict=True))
        instruments, each = self.markets.instruments, self.markets.each
        markets = Markets(
            [
                Market(instruments[at], bars[at], each[at].funding, history=own, finer=each[at].finer)
                for at, own in zip(kept, stored, strict=True)
            ]
        )
        beside = tuple(self.beside[at][:end] for at, end in zip(kept, ends, strict=True))
        return Ground(self.space, stored, beside, markets, self.terms)

    @cached_property
    def stages(self) -> tuple[Ground, ...]:
        """The ground up to each of `shares`."""
        return tuple(self.cut(share) for share in self.shares)

    def result_of(self, parameters: Mapping[str, Number], *, is_cancelled: Going = lambda: False) -> Result:
        """One run. Raises StrategyFailed, RunOverflow, RunCancelled."""
        asked = []
        for bars, beside, market in zip(self.stored, self.beside, self.markets.each, strict=True):
            whole = ask_at_once(self.space.strategy, parameters, bars, shorts=self.terms.shorts, beside=beside)
            asked.append(whole[len(bars) - len(market.bars) :])
        return run(self.markets, asked, self.terms, is_cancelled=is_cancelled)


def evaluate(ground: Ground, number: int, point: Point, *, is_cancelled: Going = lambda: False) -> Trial:
    """One trial to its end. One that fails is a trial that failed. Raises RunCancelled alone."""
    try:
        result = ground.result_of(ground.space.parameters(point), is_cancelled=is_cancelled)
    except RunCancelled:
        raise
    except CryptoUniverseError as error:
        return failed(number, point, error)
    return _done(number, point, result)


def evaluate_by_stages(
    ground: Ground,
    number: int,
    point: Point,
    objectives: Sequence[Objective],
    goes_on: Callable[[int, float], bool],
    *,
    is_cancelled: Going = lambda: False,
) -> Trial:
    """One trial over more and more of the ground. goes_on(stage, score): asked at each of `Ground.stages`, by the first
    objective; where it says no, the trial is pruned. Raises RunCancelled alone.
    """
    steps: list[float] = []
    try:
        for stage, part in enumerate(ground.stages):
            result = part.result_of(ground.space.parameters(point), is_cancelled=is_cancelled)
            found = _metrics(result)
            steps.append(scores(whatever(objectives[:1]), found)[0])
            if not goes_on(stage, steps[-1]):
                returns = daily_returns(result)
                name = _name(result, returns)
                return Trial(number, point, TrialState.PRUNED, found, returns, tuple(steps), name)
    except RunCancelled:
        raise
    except CryptoUniverseError as error:
        return failed(number, point, error)
    whole = evaluate(ground, number, point, is_cancelled=is_cancelled)
    return Trial(number, point, whole.state, whole.metrics, whole.returns, tuple(steps), whole.hash, whole.error)


def failed(number: int, point: Point, error: CryptoUniverseError) -> Trial:
    """A trial that raised, with what it said."""
    return Trial(number, point, TrialState.FAILED, {}, _NO_DAYS, error=said(error.message, **error.facts))


def trade_returns(result: Result) -> Floats:
    """The profit of each closed trade over the equity at the close before its entry, in the order of their exits."""
    closed = result.closed
    before = np.concatenate(([result.terms.capital_minor], result.equity))[closed["entry_bar"]]
    found: Floats = closed["profit"] / np.maximum(before, 1)
    return found


def _done(number: int, point: Point, result: Result) -> Trial:
    returns = daily_returns(result)
    return Trial(number, point, TrialState.DONE, _metrics(result), returns, hash=_name(result, returns))


def _name(result: Result, returns: Floats) -> str:
    """SHA-256 of trades and days: over a year of minutes a tenth of the time that the hash of every close takes."""
    digest = hashlib.sha256(np.ascontiguousarray(result.trades).tobytes())
    digest.update(returns.astype("<f8", copy=False).tobytes())
    return digest.hexdigest()


def _metrics(result: Result) -> dict[str, float | None]:
    return {name: found.value for name, found in measure(result, exposure=False).items()}
