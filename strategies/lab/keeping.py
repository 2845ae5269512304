"""Trials as rows and back."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from strategies.lab.models import Optimisation, TrialRecord
from strategies.lab.search.space import Space
from strategies.lab.search.trials import Trial, TrialState

_PACKED = "<f8"


def as_rows(optimisation: Optimisation, space: Space, trials: Iterable[Trial]) -> list[TrialRecord]:
    """Rows that are not written yet."""
    return [
        TrialRecord(
            optimisation=optimisation,
            number=trial.number,
            point=list(trial.point),
            parameters=space.parameters(trial.point),
            state=trial.state.value,
            metrics={name: _finite(value) for name, value in trial.metrics.items()},
            steps=list(trial.steps),
            returns=trial.returns.astype(_PACKED, copy=False).tobytes(),
            hash=trial.hash,
            error=trial.error,
        )
        for trial in trials
    ]


def as_trial(row: TrialRecord) -> Trial:
    """The trial that a row holds."""
    return Trial(
        number=row.number,
        point=tuple(row.point),
        state=TrialState(row.state),
        metrics=row.metrics,
        returns=np.frombuffer(bytes(row.returns), dtype=_PACKED),
        steps=tuple(row.steps),
        hash=row.hash,
        error=row.error,
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
