"""Reads of portfolios. `access_*` fetches and authorises; `*_of` reads what the caller may already see."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, Sum, When

from cryptouniverse.kernel.bulk import query
from trading.portfolio.errors import UnknownPortfolio
from trading.portfolio.models import Dust, EquityPoint, Portfolio, Position
from trading.portfolio.types import EquityCurve, Holding, LockedPortfolio

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


_LOCK = """
    SELECT p.id, p.public_id, p.owner_id, u.public_id, p.cash, p.reserved, p.equity, p.day_start_equity, p.realised,
           p.day_realised, p.fees, p.fees_elsewhere, p.fill_sequence
    FROM trading_portfolio_portfolio p JOIN accounts_users_user u ON u.id = p.owner_id
    WHERE p.id = ANY(%s) ORDER BY p.id FOR NO KEY UPDATE OF p
"""
_HELD_BY_BOTS = """
    SELECT id, public_id, portfolio_id, bot_id, instrument_id, quantity FROM trading_portfolio_position
    WHERE closed_slot_ms IS NULL AND bot_id IS NOT NULL AND instrument_id = ANY(%s) ORDER BY id
"""
_INSTRUMENTS_HELD = "SELECT DISTINCT instrument_id FROM trading_portfolio_position WHERE closed_slot_ms IS NULL"
_EXPOSURE = """
    SELECT portfolio_id, instrument_id, count(*), sum(quantity * greatest(entry_price, mark_price))
    FROM trading_portfolio_position WHERE closed_slot_ms IS NULL AND portfolio_id = ANY(%s) GROUP BY 1, 2
"""


def portfolios_for(user: User) -> QuerySet[Portfolio]:
    """The user's own portfolios with their limits and connections: the one on paper first, then the oldest first."""
    on_paper = Case(When(kind=Portfolio.Kind.PAPER, then=0), default=1, output_field=IntegerField())
    found = Portfolio.objects.filter(owner=user).select_related("limits", "connection")
    return found.order_by(on_paper, "pk")


def access_portfolio(user: User, public_id: UUID | None = None) -> Portfolio:
    """The user's own portfolio: with `public_id` if given, else the one on paper, else the oldest.

    Raises UnknownPortfolio, also for somebody else's.
    """
    found = portfolios_for(user)
    if public_id is not None:
        found = found.filter(public_id=public_id)
    portfolio = found.first()
    if portfolio is None:
        raise UnknownPortfolio()
    return portfolio


def lock_portfolios(pks: Collection[int]) -> dict[int, LockedPortfolio]:
    """Portfolios by key, locked in key order until the transaction ends; rows that refer to one may still be added."""
    found = [LockedPortfolio(*row) for row in query(_LOCK, [list(pks)])]
    return {portfolio.pk: portfolio for portfolio in found}


def open_positions_of(portfolio: Portfolio) -> QuerySet[Position]:
    """The open positions of a portfolio, newest first."""
    return portfolio.positions.filter(closed_slot_ms__isnull=True).order_by("-opened_slot_ms", "-pk")


def holdings(instrument_ids: Collection[str]) -> dict[tuple[UUID, str], Holding]:
    """The open position of each (bot, instrument) in these instruments, for those that have one. One query."""
    found = [Holding(*row) for row in query(_HELD_BY_BOTS, [list(instrument_ids)])]
    return {(holding.bot_id, holding.instrument_id): holding for holding in found}


def instruments_held() -> set[str]:
    """Ids of the instruments in which the tenant has open positions."""
    return {row[0] for row in query(_INSTRUMENTS_HELD)}


def exposure_of(portfolio_pks: Collection[int]) -> dict[tuple[int, str], tuple[int, Decimal]]:
    """(portfolio, instrument) -> (open positions, their notional at the higher of entry price and mark). One query."""
    rows = query(_EXPOSURE, [list(portfolio_pks)])
    return {(pk, instrument): (positions, total) for pk, instrument, positions, total in rows}


def equity_curve_of(portfolio: Portfolio, *, since_ms: int = 0, points_max: int = 500) -> EquityCurve:
    """The portfolio's value at candle closes since `since_ms`, thinned to about `points_max`, oldest first."""
    rows = EquityPoint.objects.filter(portfolio=portfolio, slot_ms__gte=since_ms)
    step = max(1, -(-rows.count() // points_max))
    values = list(rows.order_by("-slot_ms").values_list("slot_ms", "equity"))[::step][::-1]
    return EquityCurve(slots_ms=[slot for slot, _ in values], equity=[equity for _, equity in values])


def dust_of(portfolio: Portfolio) -> QuerySet[Dust]:
    """What exits left of each asset because it was too small to be sold, by asset."""
    return portfolio.dust.order_by("asset")


def results_by_bot(portfolio: Portfolio) -> dict[UUID | None, tuple[int, Decimal]]:
    """Each bot of a portfolio -> (open positions, profit realised since it began). One query; None: by hand."""
    rows = portfolio.positions.values_list("bot_id").annotate(
        still_open=Count("pk", filter=Q(closed_slot_ms__isnull=True)), profit=Sum("realised")
    )
    return {bot_id: (still_open, profit) for bot_id, still_open, profit in rows.order_by("bot_id")}
