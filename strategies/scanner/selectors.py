"""Reads of the scanner: the newest scan, what stood in it, and the records behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel.market import DAY_MS, Timeframe
from cryptouniverse.kernel.words import Translate, gettext_noop, told
from strategies.backtest.types import Plan
from strategies.catalog.registry import strategy
from strategies.scanner.errors import UnknownOpportunity
from strategies.scanner.looking import record_terms
from strategies.scanner.models import Opportunity, Scan, TrackRecord
from strategies.scanner.types import Track


def newest_scan() -> Scan | None:
    """The last look at all markets; None before the first."""
    return Scan.objects.order_by("-pk").first()


def opportunities(*, cursor: UUID | None = None) -> QuerySet[Opportunity]:
    """What stood in the newest scan, best first. cursor: one of an earlier scan that is kept; then that scan's, so that
    who turns pages turns those of one scan.
    """
    rows = Opportunity.objects.select_related("record", "scan").defer("record__asked").order_by("-pk")
    named = Opportunity.objects.filter(public_id=cursor).values_list("scan", flat=True).first() if cursor else None
    scan = named if named is not None else Scan.objects.order_by("-pk").values_list("pk", flat=True).first()
    return rows.filter(scan=scan)


def opportunity(opportunity_id: UUID) -> Opportunity:
    """One of a scan that is kept. Raises UnknownOpportunity."""
    rows = Opportunity.objects.select_related("record", "scan").defer("record__asked")
    found = rows.filter(public_id=opportunity_id).first()
    if found is None:
        raise UnknownOpportunity(opportunity=str(opportunity_id))
    return found


def scanned_since(scan_pk: int) -> list[int]:
    """The keys of the scans after this one that are kept, oldest first."""
    return list(Scan.objects.filter(pk__gt=scan_pk).order_by("pk").values_list("pk", flat=True))


def stood_in(scan_pk: int, *, score_least: Decimal) -> list[Opportunity]:
    """What stood in a scan with at least that score, best first."""
    rows = Opportunity.objects.filter(scan=scan_pk, score__gte=score_least)
    return list(rows.order_by("-pk"))


def plan_of_record(record: TrackRecord) -> Plan:
    """The backtest that a record is: asked for with this plan, a run has the same hash.

    Raises UnknownStrategy for a strategy that is not there any more.
    """
    chosen = strategy(record.strategy)
    return Plan(
        strategy=record.strategy,
        parameters={},
        instruments=(record.instrument_id,),
        timeframe=Timeframe(record.timeframe),
        start_ms=record.since_ms,
        end_ms=record.day * DAY_MS,
        terms=record_terms(chosen),
    )


def sentences(reasons: Iterable[dict[str, str]], translate: Translate = gettext_noop) -> list[str]:
    """The reasons of a verdict, for people."""
    return [told(one["said"], translate) for one in reasons]


def parameters_of(row: Opportunity) -> dict[str, Any]:
    """With which parameters its strategy was asked: its defaults then."""
    found: dict[str, Any] = json.loads(row.parameters)
    return found


def track_of_record(record: TrackRecord) -> Track:
    """What it says."""
    return Track(**record.track)
