"""Reads of teams. `grants_for` is the one answer to what a person was given; it is read anew each time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, Q

from accounts.teams.errors import ManagerNeeded, UnknownDelegation, UnknownMember, UnknownTeam
from accounts.teams.models import Delegation, Member, Share, Team
from accounts.teams.types import Grant, TeamRole, shared_permissions
from accounts.users.selectors import role_may
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.users.models import User

_GIVEN = """
    SELECT s.portfolio_id, s.owner_id, o.role, m.user_id, u.public_id, u.role, s.access, m.role, NULL::text[]
    FROM accounts_teams_member m
    JOIN accounts_teams_share s ON s.team_id = m.team_id AND s.ended_at IS NULL
    JOIN accounts_users_user o ON o.id = s.owner_id AND o.is_active
    JOIN accounts_users_user u ON u.id = m.user_id AND u.is_active
    WHERE m.ended_at IS NULL AND m.joined_at IS NOT NULL AND m.user_id <> s.owner_id AND {shares}
    UNION ALL
    SELECT d.portfolio_id, d.owner_id, o.role, d.delegate_id, u.public_id, u.role, NULL, NULL, d.permissions
    FROM accounts_teams_delegation d
    JOIN accounts_users_user o ON o.id = d.owner_id AND o.is_active
    JOIN accounts_users_user u ON u.id = d.delegate_id AND u.is_active
    WHERE d.ended_at IS NULL AND d.until > %s AND {delegations}
"""
_TO_A_PERSON = _GIVEN.format(shares="m.user_id = %s", delegations="d.delegate_id = %s")
_ON_PORTFOLIOS = _GIVEN.format(
    shares="s.portfolio_id = ANY(%s::uuid[])", delegations="d.portfolio_id = ANY(%s::uuid[])"
)
Row = tuple[UUID, int, str, int, UUID, str, str | None, str | None, list[str] | None]


def grants_for(user: User) -> dict[UUID, Grant]:
    """What this person was given on others' portfolios, by the portfolio's id: by teams and delegations. One query.

    It counts as far as the owner's own role goes; what the person's role takes away is asked with it (`User.may`).
    """
    found: dict[UUID, Grant] = {}
    for row in query(_TO_A_PERSON, [user.pk, clock.now(), user.pk]):
        portfolio_id, owner_pk, permissions = row[0], row[1], _permissions(row)
        earlier = found.get(portfolio_id)
        together = permissions | earlier.permissions if earlier else permissions
        found[portfolio_id] = Grant(portfolio_id, owner_pk, together)
    return found


def granted_portfolios(user: User, permission: str) -> list[UUID]:
    """The portfolios of others on which this person was given `permission`. One query."""
    return [one.portfolio_id for one in grants_for(user).values() if permission in one.permissions]


def readers_of(portfolio_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Portfolio id -> public ids of the people besides its owner who may look at it now. One query."""
    found: dict[UUID, set[UUID]] = {}
    for row in query(_ON_PORTFOLIOS, [list(portfolio_ids), clock.now(), list(portfolio_ids)]):
        reader, role = row[4], row[5]
        if "portfolio:read" in _permissions(row) and role_may(role, "portfolio:read"):
            found.setdefault(row[0], set()).add(reader)
    return found


def on_behalf(*, actor: User, owner_id: UUID) -> dict[str, str]:
    """What an audit record adds when somebody acts on what another owns; nothing when it is their own."""
    return {} if actor.public_id == owner_id else {"on_behalf_of": str(owner_id)}


def teams_for(user: User) -> QuerySet[Team]:
    """The teams that this person is in, the oldest first, with members (invited ones, too) and what is shared."""
    members = Member.objects.filter(ended_at__isnull=True).select_related("user").order_by("pk")
    shares = Share.objects.filter(ended_at__isnull=True).select_related("owner").order_by("pk")
    found = Team.objects.filter(pk__in=_places(user).filter(joined_at__isnull=False).values("team"))
    return found.prefetch_related(
        Prefetch("members", members, to_attr="people"), Prefetch("shares", shares, to_attr="shared")
    ).order_by("pk")


def invitations_for(user: User) -> QuerySet[Member]:
    """The invitations that wait for this person's address, newest first."""
    waiting = Member.objects.filter(email=user.email, joined_at__isnull=True, ended_at__isnull=True)
    return waiting.select_related("team", "invited_by").order_by("-pk")


def access_team(user: User, public_id: UUID, *, manages: bool = False) -> Team:
    """The team, if this person is in it. Raises UnknownTeam; ManagerNeeded if they should keep it and do not."""
    place = _places(user).filter(team__public_id=public_id, joined_at__isnull=False).first()
    if place is None:
        raise UnknownTeam(team=str(public_id))
    if manages and place.role != TeamRole.MANAGER:
        raise ManagerNeeded(team=str(public_id))
    return teams_for(user).get(pk=place.team_id)


def access_member(user: User, team_id: UUID, member_id: UUID, *, to_end: bool = False) -> Member:
    """A place in a team that this person is in. Raises UnknownTeam or UnknownMember.

    to_end: they want to end it; ManagerNeeded unless it is their own or they keep the team.
    """
    team = access_team(user, team_id)
    found = Member.objects.filter(team=team, public_id=member_id, ended_at__isnull=True)
    row = found.select_related("user", "team").first()
    if row is None:
        raise UnknownMember(member=str(member_id))
    if to_end and row.user_id != user.pk:
        access_team(user, team_id, manages=True)
    return row


def access_invitation(user: User, public_id: UUID) -> Member:
    """The invitation, if it waits for this person. Raises UnknownTeam."""
    found = invitations_for(user).filter(public_id=public_id).first()
    if found is None:
        raise UnknownTeam(invitation=str(public_id))
    return found


def shares_of(portfolio_ids: Iterable[UUID]) -> QuerySet[Share]:
    """With whom these portfolios are shared, newest first."""
    found = Share.objects.filter(portfolio_id__in=list(portfolio_ids), ended_at__isnull=True)
    return found.select_related("team", "owner").order_by("-pk")


def delegations_for(user: User) -> QuerySet[Delegation]:
    """The delegations that have not ended, given by this person, given to them, or offered to them; newest first."""
    offered = Q(email=user.email, delegate__isnull=True)
    mine = Delegation.objects.filter(Q(owner=user) | Q(delegate=user) | offered)
    return _counting(mine, clock.now()).select_related("owner", "delegate").order_by("-pk")


def access_delegation(user: User, public_id: UUID) -> Delegation:
    """The delegation, for whoever gave or got it. Raises UnknownDelegation, also for one that has ended."""
    found = delegations_for(user).filter(public_id=public_id).first()
    if found is None:
        raise UnknownDelegation(delegation=str(public_id))
    return found


def _places(user: User) -> QuerySet[Member]:
    return Member.objects.filter(user=user, ended_at__isnull=True)


def _counting(rows: QuerySet[Delegation], now: datetime) -> QuerySet[Delegation]:
    return rows.filter(ended_at__isnull=True, until__gt=now)


def _permissions(row: Row) -> frozenset[str]:
    """What one row gives, as far as the owner's own role goes."""
    _portfolio, _owner, owner_role, _user, _id, _role, access, place, delegated = row
    given = frozenset(delegated) if delegated is not None else shared_permissions(access or "", place or "")
    return frozenset(one for one in given if role_may(owner_role, one))
