"""Reads of decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiengine.autopilot.models import DecisionRecord

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from trading.portfolio.models import Portfolio


def decisions_of(portfolio: Portfolio) -> QuerySet[DecisionRecord]:
    """The portfolio's decisions, newest first."""
    return DecisionRecord.objects.filter(portfolio=portfolio).order_by("-pk")
