"""Settings, Team: teams, shared portfolios, delegations, sub-accounts. Thin: parse, one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.teams import services as teams
from accounts.teams.selectors import (
    access_delegation,
    access_invitation,
    access_member,
    access_team,
    delegations_for,
    invitations_for,
    teams_for,
)
from accounts.teams.types import ShareAccess, TeamRole
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.web import team_forms as forms
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.trade_parts import person
from trading.portfolio.selectors import access_own_portfolio, portfolios_for
from trading.portfolio.services import delegate_portfolio, open_sub_account, share_portfolio, transfer_cash

if TYPE_CHECKING:
    from accounts.users.models import User

Sent = dict[str, Any]


@access("portfolio:read")
@require_GET
@never_cache
def team(request: HttpRequest) -> HttpResponse:
    """The person's teams, what is shared, what was delegated, and their portfolios."""
    user = person(request)
    seen = list(portfolios_for(user))
    names = {row.public_id: shown_name(user, row) or gettext("Own books") for row in seen}
    own = [row for row in seen if row.owner_id == user.pk]
    return render(
        request,
        "team/page.html",
        {
            "page": "team",
            "teams": _with_places(user, names),
            "invitations": list(invitations_for(user)),
            "delegations": [(row, names.get(row.portfolio_id, "")) for row in delegations_for(user)],
            "own": [(row, names[row.public_id]) for row in own],
            "on_paper": [(row, names[row.public_id]) for row in own if row.kind == "paper"],
            "may_write": user.may("portfolio:write"),
            "roles": forms.ROLES,
            "accesses": forms.ACCESSES,
            "permissions": forms.PERMISSIONS,
            "last_day": forms.last_day(),
            "key": new_id(),
        },
    )


@access("portfolio:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """The page has nothing that moves by itself."""
    return HttpResponse(status=204)


@access("portfolio:write", audit="team.created")
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Found a team."""
    return _done(request, forms.NameForm, _create, gettext("The team is there. Invite people next."))


@access("portfolio:write", audit="team.invited")
@require_POST
def invite(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Ask somebody to join. What is said is the same whether the address belongs to somebody or not."""

    def act(user: User, sent: Sent) -> None:
        found = access_team(user, team_id, manages=True)
        teams.invite(team=found, email=sent["email"], role=TeamRole(sent["role"]), actor=user)

    return _done(request, forms.InviteForm, act, gettext("If somebody here has that address, they see the invitation."))


@access("portfolio:write", audit="team.role_changed")
@require_POST
def change_role(request: HttpRequest, team_id: UUID, member_id: UUID) -> HttpResponse:
    """Give a member another place."""

    def act(user: User, sent: Sent) -> None:
        found = access_team(user, team_id, manages=True)
        teams.change_role(team=found, member_id=member_id, role=TeamRole(sent["role"]), actor=user)

    return _done(request, forms.RoleForm, act, gettext("The place in the team is changed."))


@access("portfolio:read", audit="team.left")
@require_POST
def leave(request: HttpRequest, team_id: UUID, member_id: UUID) -> HttpResponse:
    """Leave a team, or remove somebody from it."""

    def act(user: User, _sent: Sent) -> None:
        row = access_member(user, team_id, member_id, to_end=True)
        teams.leave(team=row.team, member_id=row.public_id, actor=user)

    return _done(request, Form, act, gettext("They are not in the team any more, and what they shared is not shared."))


@access("portfolio:write", audit="team.ended")
@require_POST
def end(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """End a team."""

    def act(user: User, _sent: Sent) -> None:
        teams.end_team(team=access_team(user, team_id, manages=True), actor=user)

    return _done(request, Form, act, gettext("The team has ended. Nothing is shared with it any more."))


@access("portfolio:write", audit="portfolio.shared")
@require_POST
def share(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Share one of the person's portfolios with a team that they are in."""

    def act(user: User, sent: Sent) -> None:
        share_portfolio(
            portfolio=access_own_portfolio(user, sent["portfolio"]),
            team=access_team(user, team_id),
            access=ShareAccess(sent["access"]),
            actor=user,
        )

    return _done(request, forms.ShareForm, act, gettext("The portfolio is shared with the team."))


@access("portfolio:read", audit="portfolio.unshared")
@require_POST
def unshare(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Take a share back at once."""

    def act(user: User, _sent: Sent) -> None:
        teams.unshare(share_id=share_id, actor=user)

    return _done(request, Form, act, gettext("The portfolio is not shared with that team any more."))


@access("portfolio:read", audit="team.joined")
@require_POST
def accept_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Join a team."""

    def act(user: User, _sent: Sent) -> None:
        teams.join(invitation=access_invitation(user, invitation_id), user=user)

    return _done(request, Form, act, gettext("You are in the team."))


@access("portfolio:read", audit="team.left")
@require_POST
def decline_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Do not join it."""

    def act(user: User, _sent: Sent) -> None:
        row = access_invitation(user, invitation_id)
        teams.leave(team=row.team, member_id=row.public_id, actor=user)

    return _done(request, Form, act, gettext("The invitation is declined."))


@access("portfolio:write", audit="delegation.given")
@require_POST
def delegate(request: HttpRequest) -> HttpResponse:
    """Offer somebody to act on one of the person's portfolios, until a day."""

    def act(user: User, sent: Sent) -> None:
        portfolio = access_own_portfolio(user, sent.pop("portfolio"))
        delegate_portfolio(portfolio=portfolio, actor=user, **sent)

    said = gettext("If somebody here has that address, they see the offer. It counts once they accept.")
    return _done(request, forms.DelegateForm, act, said)


@access("portfolio:read", audit="delegation.accepted")
@require_POST
def accept_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Take a delegation on."""

    def act(user: User, _sent: Sent) -> None:
        teams.accept(delegation=access_delegation(user, delegation_id), user=user)

    return _done(request, Form, act, gettext("You may act on that portfolio now."))


@access("portfolio:read", audit="delegation.ended")
@require_POST
def end_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation at once: its giver takes it back, or who got it lets it go."""

    def act(user: User, _sent: Sent) -> None:
        teams.revoke(delegation=access_delegation(user, delegation_id), actor=user)

    return _done(request, Form, act, gettext("The delegation has ended."))


@access("portfolio:write", audit="portfolio.opened")
@require_POST
def open_portfolio(request: HttpRequest) -> HttpResponse:
    """Open a sub-account."""

    def act(user: User, sent: Sent) -> None:
        open_sub_account(owner=user, name=sent["name"])

    return _done(request, forms.NameForm, act, gettext("The sub-account is open. Move cash into it next."))


@access("portfolio:write", audit="cash.transferred")
@require_POST
def transfer(request: HttpRequest) -> HttpResponse:
    """Move cash between two of the person's portfolios on paper."""

    def act(user: User, sent: Sent) -> None:
        transfer_cash(
            source=access_own_portfolio(user, sent["source"]),
            target=access_own_portfolio(user, sent["target"]),
            amount=sent["amount"],
            key=f"page:{sent['key']}",
            actor=user,
        )

    return _done(request, forms.TransferForm, act, gettext("The cash is moved."))


def _create(user: User, sent: Sent) -> None:
    teams.create_team(founder=user, name=sent["name"])


def _with_places(user: User, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Each team with the person's own place in it, and what is shared there by name."""
    found = []
    for one in teams_for(user):
        row = cast("Any", one)  # teams_for has put people and shared there
        mine = next(member for member in row.people if member.user_id == user.pk)
        shared = [(each, names.get(each.portfolio_id, each.owner.get_full_name())) for each in row.shared]
        found.append({"team": row, "mine": mine, "manages": mine.role == TeamRole.MANAGER, "shared": shared})
    return found


def _done(request: HttpRequest, kind: type[Form], act: Callable[[User, Sent], None], said: str) -> HttpResponse:
    """Do it in one transaction and go back to the page with a message; a refusal is said in the same place.

    Raises NotFound and NotAllowed as they are: there is nothing to go on with.
    """
    form = kind(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("team")
    try:
        with transaction.atomic():
            act(person(request), dict(form.cleaned_data))
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect("team")
