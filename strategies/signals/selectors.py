"""Reads of signals: everybody's, so a person sees only those that their bots listen to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from strategies.builder.selectors import is_own, rule_signals_named, rule_signals_of
from strategies.catalog.types import canonical
from strategies.signals.models import SignalRecord

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot
    from strategies.builder.models import RuleSignal

BOTS_MAX = 200  # of whom one answer tells; by number


def own_signals_for(user: User, bots: Iterable[Bot]) -> QuerySet[RuleSignal]:
    """What the user's own rule sets asked for, and those that these bots trade by, newest first."""
    named = {bot.strategy for bot in list(bots)[:BOTS_MAX] if is_own(bot.strategy)}
    return (rule_signals_of(user) | rule_signals_named(named)).order_by("-pk")


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
