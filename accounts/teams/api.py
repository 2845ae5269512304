"""Teams, invitations and delegations over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.teams import services
from accounts.teams.models import Delegation, Member, Team
from accounts.teams.selectors import (
    access_delegation,
    access_invitation,
    access_member,
    access_team,
    delegations_for,
    invitations_for,
    teams_for,
)
from accounts.teams.types import DELEGABLE, NAME_MAX, ShareAccess, TeamRole
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown

if TYPE_CHECKING:
    from accounts.users.models import User

ROLES = [role.value for role in TeamRole]


class MemberSerializer(serializers.Serializer[Any]):
    """A place in a team. user: null while the invitation waits for whoever has the address."""

    id = serializers.UUIDField(source="public_id")
    email = serializers.EmailField()
    user = serializers.UUIDField(source="user.public_id", allow_null=True, default=None)
    role = serializers.ChoiceField(choices=ROLES)
    joined_at = serializers.DateTimeField(allow_null=True)


class SharedSerializer(serializers.Serializer[Any]):
    """A portfolio that a member shared with the team."""

    id = serializers.UUIDField(source="public_id")
    portfolio = serializers.UUIDField(source="portfolio_id")
    owner = serializers.UUIDField(source="owner.public_id")
    access = serializers.ChoiceField(choices=[one.value for one in ShareAccess])


class TeamSerializer(serializers.Serializer[Any]):
    """A team with its members and what is shared with it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    members = MemberSerializer(many=True, source="people")
    shares = SharedSerializer(many=True, source="shared")


class TeamNameSerializer(serializers.Serializer[Any]):
    """What the team is called."""

    name = serializers.CharField(max_length=NAME_MAX)


class InviteSerializer(serializers.Serializer[Any]):
    """Whom to ask, by e-mail address, and for which place."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLES)


class PlaceSerializer(serializers.Serializer[Any]):
    """Another place in the team."""

    role = serializers.ChoiceField(choices=ROLES)


class InvitationSerializer(serializers.Serializer[Any]):
    """An invitation that waits for the caller."""

    id = serializers.UUIDField(source="public_id")
    team = serializers.UUIDField(source="team.public_id")
    name = serializers.CharField(source="team.name")
    role = serializers.ChoiceField(choices=ROLES)
    invited_by = serializers.CharField(source="invited_by.get_full_name")
    invited_at = serializers.DateTimeField()


class DelegationSerializer(serializers.Serializer[Any]):
    """One person may act on one portfolio of another's until then. delegate: null until they have accepted."""

    id = serializers.UUIDField(source="public_id")
    portfolio = serializers.UUIDField(source="portfolio_id")
    owner = serializers.UUIDField(source="owner.public_id")
    email = serializers.EmailField()
    delegate = serializers.UUIDField(source="delegate.public_id", allow_null=True, default=None)
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=DELEGABLE))
    begins_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


@access("portfolio:read")
class Teams(generics.ListAPIView[Team]):
    """The teams that the caller is in."""

    serializer_class = TeamSerializer

    def get_queryset(self) -> QuerySet[Team]:
        """Those that they joined."""
        return teams_for(_caller(self.request))

    @access("portfolio:write", audit="team.created")
    @extend_schema(
        request=TeamNameSerializer,
        responses={201: TeamSerializer},
        examples=[OpenApiExample("A desk", value={"name": "Night desk"}, request_only=True)],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Found a team; the caller is its manager."""
        sent = _read(TeamNameSerializer, request)
        team = services.create_team(founder=_caller(request), name=sent["name"])
        return Response(shown(TeamSerializer, access_team(_caller(request), team.public_id)), status=201)


@access("portfolio:read")
class OneTeam(APIView):
    """One team that the caller is in."""

    tagged = ("name",)

    @extend_schema(responses=TeamSerializer)
    def get(self, request: Request, team_id: UUID, **_: Any) -> Response:
        """Who is in it, and what is shared with it."""
        return Response(shown(TeamSerializer, access_team(_caller(request), team_id)))

    @access("portfolio:write", audit="team.renamed")
    @extend_schema(request=TeamNameSerializer, responses=TeamSerializer)
    def patch(self, request: Request, team_id: UUID, **_: Any) -> Response:
        """Rename it, as a manager."""
        team, sent = access_team(_caller(request), team_id, manages=True), _read(TeamNameSerializer, request)
        services.rename_team(team=team, name=sent["name"], actor=_caller(request))
        return Response(shown(TeamSerializer, access_team(_caller(request), team_id)))

    @access("portfolio:write", audit="team.ended")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: UUID, **_: Any) -> Response:
        """End it, as a manager: nobody is in it any more, and nothing is shared with it."""
        services.end_team(team=access_team(_caller(request), team_id, manages=True), actor=_caller(request))
        return Response(status=204)


@access("portfolio:write", audit="team.invited")
class TeamMembers(APIView):
    """Inviting people to a team."""

    @extend_schema(
        request=InviteSerializer,
        responses={201: MemberSerializer},
        examples=[
            OpenApiExample("A viewer", value={"email": "grace@example.com", "role": "viewer"}, request_only=True)
        ],
    )
    def post(self, request: Request, team_id: UUID, **_: Any) -> Response:
        """Ask whoever has the address to join, as a manager. The answer does not tell whether somebody has it."""
        team, sent = access_team(_caller(request), team_id, manages=True), _read(InviteSerializer, request)
        row = services.invite(team=team, email=sent["email"], role=TeamRole(sent["role"]), actor=_caller(request))
        return Response(shown(MemberSerializer, row), status=201)


@access("portfolio:read")
class OneMember(APIView):
    """One place in a team."""

    tagged = ("role",)

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request, team_id: UUID, member_id: UUID, **_: Any) -> Response:
        """Who has it, to whoever is in the team."""
        return Response(shown(MemberSerializer, access_member(_caller(request), team_id, member_id)))

    @access("portfolio:write", audit="team.role_changed")
    @extend_schema(request=PlaceSerializer, responses=MemberSerializer)
    def patch(self, request: Request, team_id: UUID, member_id: UUID, **_: Any) -> Response:
        """Make it another one, as a manager."""
        team, sent = access_team(_caller(request), team_id, manages=True), _read(PlaceSerializer, request)
        role = TeamRole(sent["role"])
        row = services.change_role(team=team, member_id=member_id, role=role, actor=_caller(request))
        return Response(shown(MemberSerializer, row))

    @access("portfolio:read", audit="team.left")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: UUID, member_id: UUID, **_: Any) -> Response:
        """Leave the team, or remove somebody as a manager; what they shared with it is no longer shared."""
        user = _caller(request)
        row = access_member(user, team_id, member_id, to_end=True)
        services.leave(team=row.team, member_id=row.public_id, actor=user)
        return Response(status=204)


@access("portfolio:read")
class Invitations(generics.ListAPIView[Member]):
    """The invitations that wait for the caller."""

    serializer_class = InvitationSerializer

    def get_queryset(self) -> QuerySet[Member]:
        """Those for their address."""
        return invitations_for(_caller(self.request))


@access("portfolio:read", audit="team.joined")
class AcceptInvitation(APIView):
    """Joining a team."""

    @extend_schema(request=None, responses=MemberSerializer)
    def post(self, request: Request, invitation_id: UUID, **_: Any) -> Response:
        """Accept, once."""
        user = _caller(request)
        row = services.join(invitation=access_invitation(user, invitation_id), user=user)
        return Response(shown(MemberSerializer, row))


@access("portfolio:read", audit="team.left")
class OneInvitation(APIView):
    """An invitation that is not wanted."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, invitation_id: UUID, **_: Any) -> Response:
        """Decline it."""
        row = access_invitation(_caller(request), invitation_id)
        services.leave(team=row.team, member_id=row.public_id, actor=_caller(request))
        return Response(status=204)


@access("portfolio:read", audit="portfolio.unshared")
class OneShare(APIView):
    """A portfolio's share with a team."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, share_id: UUID, **_: Any) -> Response:
        """End it at once, as the portfolio's owner or a manager of the team."""
        services.unshare(share_id=share_id, actor=_caller(request))
        return Response(status=204)


@access("portfolio:read")
class Delegations(generics.ListAPIView[Delegation]):
    """The delegations that have not ended: given by the caller, given to them, or offered to them."""

    serializer_class = DelegationSerializer

    def get_queryset(self) -> QuerySet[Delegation]:
        """Those that name the caller."""
        return delegations_for(_caller(self.request))


@access("portfolio:read")
class OneDelegation(APIView):
    """One delegation."""

    @extend_schema(responses=DelegationSerializer)
    def get(self, request: Request, delegation_id: UUID, **_: Any) -> Response:
        """Who may do what, and until when."""
        return Response(shown(DelegationSerializer, access_delegation(_caller(request), delegation_id)))

    @access("portfolio:read", audit="delegation.ended")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, delegation_id: UUID, **_: Any) -> Response:
        """End it at once, by whoever gave or got it."""
        services.revoke(delegation=access_delegation(_caller(request), delegation_id), actor=_caller(request))
        return Response(status=204)


@access("portfolio:read", audit="delegation.accepted")
class AcceptDelegation(APIView):
    """Taking a delegation on."""

    @extend_schema(request=None, responses=DelegationSerializer)
    def post(self, request: Request, delegation_id: UUID, **_: Any) -> Response:
        """Accept, once."""
        user = _caller(request)
        row = services.accept(delegation=access_delegation(user, delegation_id), user=user)
        return Response(shown(DelegationSerializer, row))


def _caller(request: Any) -> User:
    return cast("User", request.user)  # signed in: the rule asked


def _read(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = kind(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
