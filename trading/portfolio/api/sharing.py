"""Who was given a part in a portfolio, and giving one: by its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.teams.selectors import access_team, shares_of
from accounts.teams.types import DELEGABLE, ShareAccess
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from trading.portfolio.api.portfolios import caller
from trading.portfolio.selectors import access_own_portfolio
from trading.portfolio.services import delegate_portfolio, share_portfolio

if TYPE_CHECKING:
    from accounts.teams.models import Share

ACCESSES = [one.value for one in ShareAccess]


class ShareSerializer(serializers.Serializer[Any]):
    """A portfolio shared with a team."""

    id = serializers.UUIDField(source="public_id")
    team = serializers.UUIDField(source="team.public_id")
    portfolio = serializers.UUIDField(source="portfolio_id")
    access = serializers.ChoiceField(choices=ACCESSES)
    shared_at = serializers.DateTimeField()


class NewShareSerializer(serializers.Serializer[Any]):
    """With which team, and what it may: look, or look and trade."""

    team = serializers.UUIDField()
    access = serializers.ChoiceField(choices=ACCESSES)


class NewDelegationSerializer(serializers.Serializer[Any]):
    """To whom (an e-mail address in the tenant), what, and until when: 90 days from now at most."""

    email = serializers.EmailField()
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=DELEGABLE), min_length=1, max_length=5)
    until = serializers.DateTimeField()


class GivenSerializer(serializers.Serializer[Any]):
    """A delegation as its owner gave it."""

    id = serializers.UUIDField(source="public_id")
    portfolio = serializers.UUIDField(source="portfolio_id")
    email = serializers.EmailField()
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=DELEGABLE))
    begins_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


@access("portfolio:read")
class PortfolioShares(generics.ListAPIView[Any]):
    """With which teams a portfolio is shared, newest first."""

    serializer_class = ShareSerializer

    def get_queryset(self) -> QuerySet[Share]:
        """Those of the caller's own portfolio."""
        return shares_of([access_own_portfolio(caller(self.request), self.kwargs["portfolio_id"]).public_id])

    @access("portfolio:write", audit="portfolio.shared")
    @extend_schema(request=NewShareSerializer, responses={201: ShareSerializer})
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Share the caller's own portfolio with a team that they are in; again changes what the team may."""
        sent = NewShareSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user, wanted = caller(request), sent.validated_data
        row = share_portfolio(
            portfolio=access_own_portfolio(user, portfolio_id),
            team=access_team(user, wanted["team"]),
            access=ShareAccess(wanted["access"]),
            actor=user,
        )
        return Response(shown(ShareSerializer, row), status=201)


@access("portfolio:write", audit="delegation.given")
class PortfolioDelegations(APIView):
    """Letting another person act on a portfolio."""

    @extend_schema(
        request=NewDelegationSerializer,
        responses={201: GivenSerializer},
        examples=[
            OpenApiExample(
                "While away",
                value={
                    "email": "grace@example.com",
                    "permissions": ["trading:execute"],
                    "until": "2026-12-24T00:00:00Z",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, portfolio_id: UUID, **_: Any) -> Response:
        """Offer it to whoever has the address; it counts once they accept, and ends by itself."""
        sent = NewDelegationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = caller(request)
        row = delegate_portfolio(portfolio=access_own_portfolio(user, portfolio_id), actor=user, **sent.validated_data)
        return Response(shown(GivenSerializer, row), status=201)
