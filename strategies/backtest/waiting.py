"""Which runs wait for a worker: asked by sweeps too, which load no engine."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from cryptouniverse.kernel import clock
from strategies.backtest.models import Run

SILENT_AFTER: Final = timedelta(seconds=30)


def waiting_runs() -> QuerySet[Run]:
    """What a worker should take up, oldest first: what waits, and what nobody was heard of for SILENT_AFTER."""
    dead = Q(state=Run.State.RUNNING, beat_at__lt=clock.now() - SILENT_AFTER)
    return Run.objects.filter(Q(state=Run.State.QUEUED) | dead).defer("arrays").order_by("pk")
