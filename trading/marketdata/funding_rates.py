"""Reads of funding rates: as arrays for what decides on bars, exact for who is paid by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

import numpy as np
from django.db.models import Count, Max, Min

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import FUNDING_KNOWN_MS, FundingRates
from trading.marketdata import models
from trading.marketdata.types import FOREVER_MS, FundingSpan

_FUNDING = """
    SELECT i.name, array_agg(f.at_ms ORDER BY f.at_ms), array_agg(f.rate::float8 ORDER BY f.at_ms)
    FROM public.trading_marketdata_instrument i
    JOIN public.trading_marketdata_fundingrate f ON f.instrument_id = i.id AND f.at_ms BETWEEN %s AND %s
    WHERE i.name = ANY(%s) GROUP BY i.name
"""


def funding_of_many(instrument_ids: Iterable[str], *, start_ms: int, end_ms: int) -> dict[str, FundingRates]:
    """The funding rates that candles which open at or after `start_ms` and close by `end_ms` can know (UTC ms), by
    instrument; those without any are left out. One query.

    The first ones may be as much older than `start_ms` as a rate is known (`FUNDING_KNOWN_MS`).
    """
    rows = query(_FUNDING, [start_ms - FUNDING_KNOWN_MS, min(end_ms, FOREVER_MS), list(instrument_ids)])
    return {name: FundingRates(np.array(at, dtype=np.int64), np.array(rates)) for name, at, rates in rows}


def funding_set(
    instrument_ids: Collection[str], *, end_ms: int, start_ms: int = 0
) -> dict[str, list[tuple[int, Decimal]]]:
    """(UTC ms, rate) of each funding rate that was set from `start_ms` to before `end_ms`, exact, oldest first, by
    instrument; those without any are left out. One query.
    """
    rows = models.FundingRate.objects.filter(
        instrument__name__in=list(instrument_ids), at_ms__range=(start_ms, end_ms - 1)
    )
    found: dict[str, list[tuple[int, Decimal]]] = {}
    if instrument_ids:
        for name, at_ms, rate in rows.order_by("at_ms").values_list("instrument__name", "at_ms", "rate"):
            found.setdefault(name, []).append((at_ms, rate))
    return found


def funding_spans(instrument_ids: Iterable[str]) -> dict[str, FundingSpan]:
    """What is stored of each instrument's funding, by id; those without any are left out."""
    stored = models.FundingRate.objects.filter(instrument__name__in=list(instrument_ids))
    spans = stored.values_list("instrument__name").annotate(Min("at_ms"), Max("at_ms"), Count("pk"))
    return {name: FundingSpan(first, last, count) for name, first, last, count in spans}


def without_funding(instrument_ids: Collection[str], *, at_ms: int) -> list[str]:
    """Those of these instruments of which no funding rate is known at that moment: none was set, or the last is stale.

    Sorted. One query.
    """
    rates = models.FundingRate.objects.filter(instrument__name__in=list(instrument_ids))
    known = rates.filter(at_ms__gte=at_ms - FUNDING_KNOWN_MS, at_ms__lte=at_ms)
    return sorted(set(instrument_ids) - set(known.values_list("instrument__name", flat=True)))
