"""Reads of portfolios. `access_*` fetches and authorises; `*_of` reads what the caller may already see."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Greatest

from trading.portfolio.errors import UnknownPortfolio
from trading.portfolio.models import EquityPoint, Portfolio, Position
from trading.portfolio.types import EquityCurve, Holding

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


def access_portfolio(user: User, public_id: UUID | None = None) -> Portfolio:
    """The user's own portfolio (the one with `public_id`, if given). Raises UnknownPortfolio, also for somebody else's."""
    found = Portfolio.objects.filter(owner=user).select_related("limits")
    if public_id is not None:
        found = found.filter(public_id=public_id)
    portfolio = found.first()
    if portfolio is None:
        raise UnknownPortfolio()
    return portfolio


def lock_portfolios(pks: Collection[int]) -> dict[int, Portfolio]:
    """Portfolios by key, their rows locked in key order until the transaction ends."""
    rows = Portfolio.objects.select_for_update(of=("self",)).select_related("owner").filter(pk__in=pks).order_by("pk")
    return {portfolio.pk: portfolio for portfolio in rows}


def open_positions_of(portfolio: Portfolio) -> QuerySet[Position]:
    """The open positions of a portfolio, newest first."""
    return portfolio.positions.filter(closed_slot_ms__isnull=True).order_by("-opened_slot_ms", "-pk")


def holdings(bot_ids: Collection[UUID]) -> dict[tuple[UUID, str], Holding]:
    """The open position of each (bot, instrument), for those that have one. One query."""
    rows = Position.objects.filter(closed_slot_ms__isnull=True, bot_id__in=bot_ids).order_by("pk")
    columns = ("pk", "public_id", "portfolio_id", "bot_id", "instrument_id", "quantity")
    found = [Holding(*row) for row in rows.values_list(*columns)]
    return {(holding.bot_id, holding.instrument_id): holding for holding in found}


def instruments_held() -> set[str]:
    """Ids of the instruments in which the tenant has open positions."""
    return set(Position.objects.filter(closed_slot_ms__isnull=True).values_list("instrument_id", flat=True).distinct())


def exposure_of(portfolio_pks: Collection[int]) -> dict[tuple[int, str], tuple[int, Decimal]]:
    """(portfolio, instrument) -> (open positions, their notional at the higher of entry price and mark). One query."""
    price = Greatest("entry_price", "mark_price")
    notional = ExpressionWrapper(F("quantity") * price, output_field=DecimalField(max_digits=38, decimal_places=18))
    rows = (
        Position.objects.filter(closed_slot_ms__isnull=True, portfolio__in=portfolio_pks)
        .values_list("portfolio_id", "instrument_id")
        .annotate(positions=Count("pk"), notional=Sum(notional))
    )
    return {(pk, instrument): (positions, total) for pk, instrument, positions, total in rows}


def equity_curve_of(portfolio: Portfolio, *, since_ms: int = 0, points_max: int = 500) -> EquityCurve:
    """The portfolio's value at candle closes since `since_ms`, thinned to about `points_max`, oldest first."""
    rows = EquityPoint.objects.filter(portfolio=portfolio, slot_ms__gte=since_ms)
    step = max(1, -(-rows.count() // points_max))
    values = list(rows.order_by("-slot_ms").values_list("slot_ms", "equity"))[::step][::-1]
    return EquityCurve(slots_ms=[slot for slot, _ in values], equity=[equity for _, equity in values])


def results_by_bot(portfolio: Portfolio) -> dict[UUID | None, tuple[int, Decimal]]:
    """Each bot of a portfolio -> (open positions, profit realised since it began). One query; None: by hand."""
    rows = portfolio.positions.values_list("bot_id").annotate(
        still_open=Count("pk", filter=Q(closed_slot_ms__isnull=True)), profit=Sum("realised")
    )
    return {bot_id: (still_open, profit) for bot_id, still_open, profit in rows.order_by("bot_id")}
