"""Giving others a part in a portfolio. Whose it is, is asked here; what was given is kept by `accounts.teams`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.teams import services as teams
from accounts.teams.types import ShareAccess
from trading.portfolio.errors import NotYours
from trading.portfolio.models import Portfolio

if TYPE_CHECKING:
    from accounts.teams.models import Delegation, Share, Team
    from accounts.users.models import User


@transaction.atomic
def share_portfolio(*, portfolio: Portfolio, team: Team, access: ShareAccess, actor: User) -> Share:
    """Let a team that the owner is in look at the portfolio, or trade it; again changes what it may.

    Raises NotYours. The caller has the team from `access_team`.
    """
    _only_the_owner(portfolio, actor)
    return teams.share(team=team, owner=actor, portfolio_id=portfolio.public_id, access=access)


@transaction.atomic
def delegate_portfolio(
    *, portfolio: Portfolio, email: str, permissions: Collection[str], until: datetime, actor: User
) -> Delegation:
    """Let another person act on the portfolio until then. Raises NotYours, BadDelegation or Invalid."""
    _only_the_owner(portfolio, actor)
    return teams.delegate(
        owner=actor, email=email, portfolio_id=portfolio.public_id, permissions=permissions, until=until
    )


def _only_the_owner(portfolio: Portfolio, actor: User) -> None:
    if portfolio.owner_id != actor.pk:
        raise NotYours(portfolio=str(portfolio.public_id))
