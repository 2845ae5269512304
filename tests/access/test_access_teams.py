"""Teams and delegations: what was given, by whom, how long, and how it is taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.teams import services
from accounts.teams.errors import (
    BadDelegation,
    LastManager,
    ManagerNeeded,
    NotGranted,
    UnknownDelegation,
    UnknownMember,
    UnknownTeam,
)
from accounts.teams.models import Delegation, Member
from accounts.teams.selectors import access_invitation, access_team, delegations_for, grants_for, invitations_for
from accounts.teams.types import TeamRole
from accounts.users.models import User
from cryptouniverse.kernel import clock
from tests.people import member
from trading.portfolio.errors import NotYours, UnknownPortfolio
from trading.portfolio.selectors import access_portfolio, portfolios_for
from trading.portfolio.services import delegate_portfolio

READING, TRADING = "portfolio:read", "trading:execute"


def sees(stage, part: str, permission: str = READING) -> bool:
    """Whether this person of the stage holds the permission on Olga's portfolio."""
    try:
        access_portfolio(stage.people[part], stage.portfolio.public_id, permission=permission)
    except (UnknownPortfolio, NotGranted):
        return False
    return True


def offer(stage, **changes):
    terms = {"email": "stranger@acme.example", "permissions": [TRADING], "until": clock.now() + timedelta(days=1)}
    return delegate_portfolio(portfolio=stage.portfolio, actor=stage.people["owner"], **{**terms, **changes})


def test_a_share_is_taken_back_at_once(stage):
    assert sees(stage, "team_viewer")

    services.unshare(share_id=stage.ids["share_id"], actor=stage.people["owner"])

    assert not sees(stage, "team_viewer")


def test_who_leaves_the_team_sees_nothing_of_it(stage):
    team = access_team(stage.people["owner"], stage.ids["team_id"])
    place = team.members.get(user=stage.people["team_trader"])

    services.leave(team=team, member_id=place.public_id, actor=stage.people["team_trader"])

    assert not sees(stage, "team_trader") and sees(stage, "team_viewer")


def test_what_a_member_shared_goes_with_them(stage):
    """Olga names another manager and leaves."""
    owner, heir = stage.people["owner"], stage.people["team_trader"]
    team = access_team(owner, stage.ids["team_id"])
    services.change_role(team=team, member_id=team.members.get(user=heir).public_id, role=TeamRole.MANAGER, actor=owner)

    services.leave(team=team, member_id=team.members.get(user=owner).public_id, actor=owner)

    assert not sees(stage, "team_trader")
    assert access_team(heir, team.public_id, manages=True)


def test_a_team_keeps_a_manager(stage):
    owner = stage.people["owner"]
    team = access_team(owner, stage.ids["team_id"])
    mine = team.members.get(user=owner)

    with pytest.raises(LastManager):
        services.leave(team=team, member_id=mine.public_id, actor=owner)
    with pytest.raises(LastManager):
        services.change_role(team=team, member_id=mine.public_id, role=TeamRole.VIEWER, actor=owner)


def test_who_is_invited_is_nobody_until_they_join_and_joins_once(stage):
    owner, friend = stage.people["owner"], member("new-friend@acme.example")
    team = access_team(owner, stage.ids["team_id"])
    asked = services.invite(team=team, email=" New-Friend@acme.example", role=TeamRole.VIEWER, actor=owner)

    assert grants_for(friend) == {}
    services.join(invitation=access_invitation(friend, asked.public_id), user=friend)
    assert set(grants_for(friend)) == {stage.portfolio.public_id}
    with pytest.raises(UnknownMember):
        services.join(invitation=asked, user=friend)


def test_an_invitation_is_its_addresss_alone(stage):
    with pytest.raises(UnknownTeam):
        access_invitation(stage.people["stranger"], stage.ids["invitation_id"])
    with pytest.raises(UnknownMember):
        services.join(
            invitation=Member.objects.get(public_id=stage.ids["invitation_id"]), user=stage.people["stranger"]
        )


def test_inviting_looks_the_same_whether_somebody_has_the_address(stage):
    owner = stage.people["owner"]
    team = access_team(owner, stage.ids["team_id"])

    there = services.invite(team=team, email="stranger@acme.example", role=TeamRole.VIEWER, actor=owner)
    not_there = services.invite(team=team, email="nobody@acme.example", role=TeamRole.VIEWER, actor=owner)

    assert (there.user, there.joined_at) == (not_there.user, not_there.joined_at) == (None, None)


def test_only_a_manager_keeps_the_team(stage):
    with pytest.raises(ManagerNeeded):
        access_team(stage.people["team_trader"], stage.ids["team_id"], manages=True)


def test_a_grant_never_exceeds_its_giver(stage):
    """Olga becomes a viewer: nobody trades for her; she is switched off: nobody sees anything."""
    assert sees(stage, "team_trader", TRADING) and sees(stage, "delegate", TRADING)
    owner = User.objects.filter(pk=stage.people["owner"].pk)

    owner.update(role="viewer")
    assert not sees(stage, "team_trader", TRADING) and not sees(stage, "delegate", TRADING)
    assert sees(stage, "team_trader")
    owner.update(is_active=False)
    assert not sees(stage, "team_trader") and not sees(stage, "delegate")


def test_a_delegation_counts_from_when_it_is_accepted_until_its_end(stage):
    given = offer(stage)
    assert not sees(stage, "stranger")

    services.accept(delegation=given, user=stage.people["stranger"])
    assert sees(stage, "stranger", TRADING) and not sees(stage, "stranger", "trading:write")

    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert not sees(stage, "stranger")
        assert not delegations_for(stage.people["stranger"]).exists()


def test_limits_are_changed_by_a_delegate_who_was_given_that_and_by_no_trader_of_a_team(stage):
    services.accept(delegation=offer(stage, permissions=["portfolio:write"]), user=stage.people["stranger"])

    assert sees(stage, "stranger", "portfolio:write") and not sees(stage, "stranger", TRADING)
    assert not sees(stage, "team_trader", "portfolio:write")


def test_a_delegation_is_taken_back_at_once_and_let_go_by_who_got_it(stage):
    for who in ("owner", "stranger"):
        given = offer(stage)
        services.accept(delegation=given, user=stage.people["stranger"])
        assert sees(stage, "stranger")

        services.revoke(delegation=given, actor=stage.people[who])

        assert not sees(stage, "stranger")


def test_a_delegation_is_accepted_by_its_address_alone_and_not_after_its_end(stage):
    given = offer(stage)

    with pytest.raises(UnknownDelegation):
        services.accept(delegation=given, user=stage.people["delegate"])
    with clock.at(clock.now() + timedelta(days=2)), pytest.raises(UnknownDelegation):
        services.accept(delegation=given, user=stage.people["stranger"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": timedelta(days=91)},
        {"until": timedelta(seconds=-1)},
        {"permissions": []},
        {"permissions": ["users:write"]},
        {"email": "owner@acme.example"},
    ],
)
def test_what_may_not_be_delegated(stage, wrong):
    if "until" in wrong:
        wrong = {"until": clock.now() + wrong["until"]}
    with pytest.raises(BadDelegation):
        offer(stage, **wrong)


def test_the_database_itself_refuses_a_delegation_without_an_end(stage):
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.filter(delegate=stage.people["delegate"]).update(until=clock.now() + timedelta(days=99))


def test_a_later_delegation_takes_the_place_of_the_earlier(stage):
    first = offer(stage)
    services.accept(delegation=first, user=stage.people["stranger"])

    offer(stage, permissions=["portfolio:read"])

    assert not sees(stage, "stranger", TRADING)


def test_nobody_delegates_or_shares_what_is_not_theirs(stage):
    with pytest.raises(NotYours):
        delegate_portfolio(
            portfolio=stage.portfolio, actor=stage.people["delegate"], email="x@acme.example",
            permissions=[TRADING], until=clock.now() + timedelta(days=1),
        )  # fmt: skip


def test_lists_show_what_was_given_and_nothing_else(stage):
    for part in ("team_viewer", "team_trader", "delegate"):
        assert list(portfolios_for(stage.people[part])) == [stage.portfolio]
    for part in ("expired", "stranger"):
        assert not portfolios_for(stage.people[part]).exists()
    assert [row.team.name for row in invitations_for(stage.people["owner"])] == ["Elsewhere"]
