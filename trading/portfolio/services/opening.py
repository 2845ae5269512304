"""Opening a portfolio."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from trading.portfolio.models import Portfolio

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.connections.models import Connection


@transaction.atomic
def open_portfolio(*, owner: User, cash: Decimal, currency: str = "USDT") -> Portfolio:
    """The user's paper portfolio, opened with `cash` if it is not there yet. Cash is play money and marked as paper."""
    portfolio, _created = Portfolio.objects.get_or_create(
        owner=owner,
        kind=Portfolio.Kind.PAPER,
        defaults={
            "currency": currency,
            "start_cash": cash,
            "cash": cash,
            "equity": cash,
            "equity_peak": cash,
            "day_start_equity": cash,
        },
    )
    return portfolio


@transaction.atomic
def open_connected_portfolio(
    *, connection: Connection, cash: Decimal, currency: str = "USDT"
) -> tuple[Portfolio, bool]:
    """The connection's portfolio, opened with `cash` (what its account is given to trade with) if it is not there yet;
    and whether it was opened now.
    """
    return Portfolio.objects.get_or_create(
        connection=connection,
        defaults={
            "owner_id": connection.owner_id,
            "kind": connection.kind,
            "currency": currency,
            "start_cash": cash,
            "cash": cash,
            "equity": cash,
            "equity_peak": cash,
            "day_start_equity": cash,
        },
    )
