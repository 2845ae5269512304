"""Opening a portfolio."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from trading.portfolio.errors import NameTaken
from trading.portfolio.models import Portfolio
from trading.portfolio.types import NAME_MAX

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.connections.models import Connection


@transaction.atomic
def open_portfolio(*, owner: User, cash: Decimal, currency: str = "USDT") -> Portfolio:
    """The user's main portfolio on paper, opened with `cash` if it is not there yet. Cash is play money."""
    portfolio, _created = Portfolio.objects.get_or_create(
        owner=owner,
        kind=Portfolio.Kind.PAPER,
        name="",
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
def open_sub_account(*, owner: User, name: str) -> Portfolio:
    """A further portfolio of the owner's on paper, empty until cash is moved into it; audited as "portfolio.opened".

    It has limits of its own. Raises Invalid for a name that is none, NameTaken for one that the owner uses already.
    """
    called = name.strip()
    if not 1 <= len(called) <= NAME_MAX:
        raise Invalid(_("A name has 1 to %(most)s characters."), most=NAME_MAX)
    row, created = Portfolio.objects.get_or_create(
        owner=owner,
        kind=Portfolio.Kind.PAPER,
        name=called,
        defaults=dict.fromkeys(("start_cash", "cash", "equity", "equity_peak", "day_start_equity"), Decimal(0)),
    )
    if not created:
        raise NameTaken(name=called)
    record(actor=owner, action="portfolio.opened", object=row, after={"name": called})
    return row


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
