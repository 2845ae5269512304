"""Optuna proposes the next points (TPE) and says which trials to give up. Pure; optuna is loaded where a study is made.

It is asked and told and keeps nothing: its study is built anew from the trials that are kept, in the order of their
numbers. What it proposes for a chunk depends on the seed, the chunk and the trials it was told of, and on nothing else,
so that a search that was interrupted goes on as it would have. Bergstra and others, Algorithms for Hyper-Parameter
Optimization, NIPS 2011; several objectives: Ozaki and others, JAIR 73, 2022.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from strategies.lab.search.objectives import WORST, Objective, scores
from strategies.lab.search.space import Point, Space
from strategies.lab.search.trials import Trial, TrialState

STARTUP: Final = 10  # trials drawn at random before the first proposal
_ASKS: Final = 20  # times that it may propose what was tried, or may not be
_LOWEST: Final = -1e9  # what no value counts as: TPE ranks, and warns of infinities


class Proposer:
    """Points for one chunk of a search.

    told: all trials that it may know of. seed: of the search; chunk: which of its chunks.
    """

    def __init__(
        self, space: Space, objectives: Sequence[Objective], told: Iterable[Trial], *, seed: int, chunk: int
    ) -> None:
        self._space, self._objectives, self._seed, self._chunk = space, tuple(objectives), seed, chunk
        self._told = sorted(told, key=lambda trial: trial.number)
        self._seen = {trial.point for trial in self._told}
        self._asked: Any = None

    @property
    def prunes(self) -> bool:
        """Whether trials may be given up: where there is one objective."""
        return len(self._objectives) == 1

    def ask(self) -> Point | None:
        """A point that was not tried yet; None where there is none left."""
        for _ask in range(_ASKS):
            asked = self._study.ask(self._ranges)
            point = tuple(int(asked.params[axis.name]) for axis in self._space.axes)
            if point not in self._seen and self._space.allows(point):
                self._asked = asked
                self._seen.add(point)
                return point
            self._study.tell(asked, state=self._states[TrialState.FAILED])
        for point in self._space.draws(len(self._seen) + 1, seed=self._seed):
            if point not in self._seen:
                self._seen.add(point)
                return point
        return None

    def goes_on(self, stage: int, score: float) -> bool:
        """Whether the trial that was asked for last is worth going on with: not below the median of those before it."""
        if self._asked is None or not self.prunes:
            return True
        self._asked.report(max(score, _LOWEST), stage)
        return not self._asked.should_prune()

    def tell(self, trial: Trial) -> None:
        """What the point that was asked for last came to."""
        if self._asked is None:
            self._study.add_trial(self._frozen(trial))
        elif trial.state is TrialState.DONE:
            self._study.tell(self._asked, list(self._values(trial)))
        else:
            self._study.tell(self._asked, state=self._states[trial.state])
        self._asked = None

    @cached_property
    def _ranges(self) -> dict[str, Any]:
        from optuna.distributions import IntDistribution

        return {axis.name: IntDistribution(0, len(axis.values) - 1) for axis in self._space.axes}

    @cached_property
    def _states(self) -> dict[TrialState, Any]:
        from optuna.trial import TrialState as Theirs

        return {TrialState.DONE: Theirs.COMPLETE, TrialState.PRUNED: Theirs.PRUNED, TrialState.FAILED: Theirs.FAIL}

    @cached_property
    def _study(self) -> Any:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        seed = (self._seed * 1_000_003 + self._chunk) % 2**32
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that options are experimental: we pin the version
            sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP, multivariate=True)
        study = optuna.create_study(
            directions=["maximize"] * len(self._objectives),
            sampler=sampler,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP) if self.prunes else None,
        )
        for trial in self._told:
            study.add_trial(self._frozen(trial))
        return study

    def _frozen(self, trial: Trial) -> Any:
        import optuna

        done = trial.state is TrialState.DONE
        return optuna.trial.create_trial(
            state=self._states[trial.state],
            values=list(self._values(trial)) if done else None,
            params={axis.name: at for axis, at in zip(self._space.axes, trial.point, strict=True)},
            distributions=self._ranges,
            intermediate_values={stage: max(score, _LOWEST) for stage, score in enumerate(trial.steps)},
        )

    def _values(self, trial: Trial) -> tuple[float, ...]:
        return tuple(_LOWEST if score == WORST else score for score in scores(self._objectives, trial.metrics))
