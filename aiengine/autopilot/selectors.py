"""Reads of decisions, and of the verdicts behind them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from aiengine.autopilot.errors import UnknownOpportunity
from aiengine.autopilot.models import DecisionRecord
from aiengine.consensus.selectors import verdict_records
from trading.portfolio.selectors import portfolios_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User
    from aiengine.consensus.models import VerdictRecord
    from trading.portfolio.models import Portfolio


def decisions_of(portfolio: Portfolio) -> QuerySet[DecisionRecord]:
    """The portfolio's decisions, newest first."""
    return DecisionRecord.objects.filter(portfolio=portfolio).order_by("-pk")


def why_not_entered(bot_ids: Collection[UUID], start_ms: int, end_ms: int) -> dict[tuple[UUID, str, int], str]:
    """Why these bots did not enter in slots from `start_ms` to `end_ms`, by bot, instrument and slot: the rule that
    refused, or the outcome. One query.
    """
    outcomes = [DecisionRecord.Outcome.REFUSED, DecisionRecord.Outcome.NO_VERDICT]
    rows = DecisionRecord.objects.filter(bot_id__in=list(bot_ids), slot_ms__gte=start_ms, slot_ms__lt=end_ms)
    columns = ("bot_id", "instrument_id", "slot_ms", "rule", "outcome")
    found = rows.filter(outcome__in=outcomes).values_list(*columns)
    return {(bot_id, name, slot): rule or outcome for bot_id, name, slot, rule, outcome in found}


def opportunities_for(user: User) -> QuerySet[VerdictRecord]:
    """The verdicts behind decisions in portfolios that this person may look at, newest first."""
    seen = portfolios_for(user, "trading:read").order_by().values("pk")
    behind = DecisionRecord.objects.filter(portfolio__in=seen, verdict_id__isnull=False).values("verdict_id")
    return verdict_records().filter(public_id__in=behind)


def access_opportunity(user: User, public_id: UUID) -> VerdictRecord:
    """One of them. Raises UnknownOpportunity."""
    found = opportunities_for(user).filter(public_id=public_id).first()
    if found is None:
        raise UnknownOpportunity(opportunity=str(public_id))
    return found
