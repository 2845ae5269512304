"""Reads of signals: everybody's, so a person sees only those that their bots listen to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from strategies.catalog.types import canonical
from strategies.signals.models import SignalRecord

if TYPE_CHECKING:
    from strategies.bots.models import Bot

BOTS_MAX = 200  # of whom one answer tells; by number


def signals_for(bots: Iterable[Bot]) -> QuerySet[SignalRecord]:
    """The signals that these bots listen to, newest first: same strategy, parameters, candles and instruments."""
    listened = Q(pk__in=[])
    for bot in list(bots)[:BOTS_MAX]:
        listened |= Q(
            strategy=bot.strategy,
            parameters=canonical(bot.parameters),
            timeframe=bot.timeframe,
            instrument_id__in=bot.instruments,
        )
    return SignalRecord.objects.filter(listened).order_by("-pk")
