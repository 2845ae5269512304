"""A connection's portfolio: opened when its account is first served, with the default limits around it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from trading.connections.selectors import connection_by_pk
from trading.portfolio.services import open_connected_portfolio
from trading.risk.services import set_limits

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio


@transaction.atomic
def portfolio_of_connection(*, connection_pk: int, cash: Decimal) -> Portfolio:
    """The connection's portfolio; opened with `cash`, what the account has free, if it is not there yet."""
    portfolio, opened = open_connected_portfolio(connection=connection_by_pk(connection_pk), cash=cash)
    if opened:
        set_limits(portfolio=portfolio)
    return portfolio
