"""Writes of teams and delegations; every one is audited in its transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.teams.errors import BadDelegation, LastManager, UnknownDelegation, UnknownMember, UnknownShare
from accounts.teams.models import Delegation, Member, Share, Team
from accounts.teams.types import DELEGABLE, DELEGATED_FOR_MAX, NAME_MAX, ShareAccess, TeamRole
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User


@transaction.atomic
def create_team(*, founder: User, name: str) -> Team:
    """A team with `founder` as its manager, audited as "team.created". Raises Invalid for a name that is none."""
    team = Team.objects.create(name=_named(name))
    Member.objects.create(
        team=team, user=founder, email=founder.email, role=TeamRole.MANAGER, invited_by=founder, joined_at=clock.now()
    )
    record(actor=founder, action="team.created", object=team, after={"name": team.name})
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, actor: User) -> Team:
    """Another name, audited as "team.renamed". Raises Invalid."""
    before, team.name = team.name, _named(name)
    if team.name != before:
        team.save(update_fields=["name"])
        record(actor=actor, action="team.renamed", object=team, before={"name": before}, after={"name": team.name})
    return team


@transaction.atomic
def end_team(*, team: Team, actor: User) -> None:
    """Nobody is in it any more and nothing is shared with it; audited as "team.ended"."""
    now = clock.now()
    if Team.objects.filter(pk=team.pk, ended_at__isnull=True).update(ended_at=now):
        Member.objects.filter(team=team, ended_at__isnull=True).update(ended_at=now)
        Share.objects.filter(team=team, ended_at__isnull=True).update(ended_at=now)
        record(actor=actor, action="team.ended", object=team)


@transaction.atomic
def invite(*, team: Team, email: str, role: TeamRole, actor: User) -> Member:
    """Ask whoever has this address in the tenant to join, audited as "team.invited"; again changes nothing.

    The answer is the same whether somebody has the address or not. Raises Invalid for an address that is none.
    """
    address = _address(email)
    facts = {"role": role, "invited_by": actor}
    row, created = Member.objects.get_or_create(team=team, email=address, ended_at=None, defaults=facts)
    if created:
        after = {"member": str(row.public_id), "address": address, "role": role.value}
        record(actor=actor, action="team.invited", object=team, after=after)
    return row


@transaction.atomic
def join(*, invitation: Member, user: User) -> Member:
    """Accept the invitation, once, audited as "team.joined". Raises UnknownMember where it waits no more."""
    waiting = Member.objects.filter(pk=invitation.pk, email=user.email, joined_at__isnull=True, ended_at__isnull=True)
    if not waiting.update(joined_at=clock.now(), user=user):
        raise UnknownMember(member=str(invitation.public_id))
    record(actor=user, action="team.joined", object=invitation.team, after={"role": invitation.role})
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def change_role(*, team: Team, member_id: UUID, role: TeamRole, actor: User) -> Member:
    """Give a member another place, audited as "team.role_changed". Raises UnknownMember or LastManager."""
    row = _locked_member(team, member_id)
    before = row.role
    if before == role:
        return row
    _keeps_a_manager(team, row)
    row.role = role
    row.save(update_fields=["role"])
    facts = {"member": str(row.public_id), "address": row.email}
    record(
        actor=actor, action="team.role_changed", object=team, before={**facts, "role": before},
        after={**facts, "role": role.value},
    )  # fmt: skip
    return row


@transaction.atomic
def leave(*, team: Team, member_id: UUID, actor: User) -> None:
    """End a place in the team: a member leaves, declines or is removed. Audited as "team.left".

    Portfolios that they shared with it are no longer shared. Raises UnknownMember or LastManager.
    """
    row = _locked_member(team, member_id)
    _keeps_a_manager(team, row)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    if row.user_id:
        Share.objects.filter(team=team, owner=row.user_id, ended_at__isnull=True).update(ended_at=row.ended_at)
    before = {"member": str(row.public_id), "address": row.email, "role": row.role}
    record(actor=actor, action="team.left", object=team, before=before)


@transaction.atomic
def share(*, team: Team, owner: User, portfolio_id: UUID, access: ShareAccess) -> Share:
    """Share a portfolio of `owner` with a team, or change what it gives; audited as "portfolio.shared".

    The caller has asked whose portfolio it is: `trading.portfolio.services.share_portfolio`.
    """
    row, created = Share.objects.select_for_update().get_or_create(
        team=team, portfolio_id=portfolio_id, ended_at=None, defaults={"owner": owner, "access": access}
    )
    before = None if created else {"access": row.access}
    if not created and row.access == access:
        return row
    row.access = access
    row.save(update_fields=["access"])
    after = {"team": str(team.public_id), "access": access.value}
    record(actor=owner, action="portfolio.shared", object=("portfolio", portfolio_id), before=before, after=after)
    return row


@transaction.atomic
def unshare(*, share_id: UUID, actor: User) -> None:
    """End a share, by its owner or a manager of the team. Audited as "portfolio.unshared". Raises UnknownShare."""
    row = Share.objects.select_for_update().filter(public_id=share_id, ended_at__isnull=True).first()
    if row is None or not (row.owner_id == actor.pk or _manages(row.team_id, actor)):
        raise UnknownShare(share=str(share_id))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    before = {"team": str(row.team.public_id), "access": row.access}
    record(actor=actor, action="portfolio.unshared", object=("portfolio", row.portfolio_id), before=before)


@transaction.atomic
def delegate(
    *, owner: User, email: str, portfolio_id: UUID, permissions: Collection[str], until: datetime
) -> Delegation:
    """Offer whoever has this address in the tenant to act on a portfolio of `owner`'s until then; an earlier one ends.

    It counts once they accept. Audited as "delegation.given". The answer is the same whether somebody has the address
    or not. The caller has asked whose portfolio it is: `trading.portfolio.services.delegate_portfolio`. Raises
    BadDelegation, or Invalid for an address that is none.
    """
    now, address = clock.now(), _address(email)
    wanted = sorted(_checked(permissions, until=until, now=now))
    if address == owner.email:
        raise BadDelegation(_("A delegation is given to somebody else."))
    Delegation.objects.filter(email=address, portfolio_id=portfolio_id, ended_at__isnull=True).update(ended_at=now)
    row = Delegation.objects.create(
        owner=owner, email=address, portfolio_id=portfolio_id, permissions=wanted, begins_at=now, until=until
    )
    after = {"portfolio": str(portfolio_id), "address": address, "permissions": wanted, "until": until.isoformat()}
    record(actor=owner, action="delegation.given", object=row, after=after)
    return row


@transaction.atomic
def accept(*, delegation: Delegation, user: User) -> Delegation:
    """Take the delegation on, once, audited as "delegation.accepted". Raises UnknownDelegation otherwise."""
    waiting = Delegation.objects.filter(
        pk=delegation.pk, email=user.email, delegate__isnull=True, ended_at__isnull=True, until__gt=clock.now()
    )
    if not waiting.exclude(owner=user).update(delegate=user):
        raise UnknownDelegation(delegation=str(delegation.public_id))
    record(actor=user, action="delegation.accepted", object=delegation)
    delegation.refresh_from_db()
    return delegation


@transaction.atomic
def revoke(*, delegation: Delegation, actor: User) -> None:
    """End a delegation at once, by whoever gave or got it; audited as "delegation.ended". Again is harmless."""
    if Delegation.objects.filter(pk=delegation.pk, ended_at__isnull=True).update(ended_at=clock.now()):
        record(actor=actor, action="delegation.ended", object=delegation)


def _checked(permissions: Collection[str], *, until: datetime, now: datetime) -> set[str]:
    wanted = set(permissions)
    if not wanted or wanted - set(DELEGABLE):
        raise BadDelegation(_("Name what may be done: %(known)s."), known=", ".join(DELEGABLE))
    if not now < until <= now + DELEGATED_FOR_MAX:
        raise BadDelegation(_("A delegation ends in the future, %(days)s days from now at most."), days=90)
    return wanted | {"portfolio:read", "trading:read"}  # nobody acts on what they cannot see


def _named(name: str) -> str:
    text = name.strip()
    if not 1 <= len(text) <= NAME_MAX:
        raise Invalid(_("A name has 1 to %(most)s characters."), most=NAME_MAX)
    return text


def _address(email: str) -> str:
    text = email.strip().lower()
    try:
        validate_email(text)
    except ValidationError as error:
        raise Invalid(_("%(address)s is not an e-mail address."), address=text[:80]) from error
    return text


def _locked_member(team: Team, member_id: UUID) -> Member:
    """The member, with the team's row held: two changes at once cannot each leave the other as the last manager."""
    Team.objects.select_for_update().get(pk=team.pk)
    found = Member.objects.filter(team=team, public_id=member_id, ended_at__isnull=True).first()
    if found is None:
        raise UnknownMember(member=str(member_id))
    return found


def _keeps_a_manager(team: Team, leaving: Member) -> None:
    if leaving.role != TeamRole.MANAGER or leaving.joined_at is None:
        return
    managers = Member.objects.filter(team=team, role=TeamRole.MANAGER, ended_at__isnull=True, joined_at__isnull=False)
    if not managers.exclude(pk=leaving.pk).exists():
        raise LastManager(team=str(team.public_id))


def _manages(team_pk: int, user: User) -> bool:
    places = Member.objects.filter(team=team_pk, user=user, role=TeamRole.MANAGER)
    return places.filter(ended_at__isnull=True, joined_at__isnull=False).exists()
