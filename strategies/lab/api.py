"""Optimisations over the API: started, watched, read, stopped, deleted. A person's own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from strategies.backtest.serializers import TIMEFRAMES
from strategies.lab.models import Optimisation, TrialRecord
from strategies.lab.selectors import access_optimisation, heat_map_of, optimisations_of, shown_trials
from strategies.lab.serializers import (
    METHODS,
    STATES,
    TRIAL_STATES,
    HeatMapSerializer,
    OptimisationReportSerializer,
    OptimisationSerializer,
    SearchPlanSerializer,
    SearchTrialSerializer,
)
from strategies.lab.services import delete_optimisation, start_optimisation, stop_optimisation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User


@access("trading:read")
class Optimisations(generics.ListAPIView[Optimisation]):
    """The caller's optimisations, newest first."""

    serializer_class = OptimisationSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "method": ("method", tuple(METHODS)),
        "state": ("state", tuple(STATES)),
    }

    def get_queryset(self) -> QuerySet[Optimisation]:
        """Their own."""
        return optimisations_of(_caller(self.request))

    @access("trading:write", audit="optimisation.started")
    @extend_schema(
        request=SearchPlanSerializer,
        responses={201: OptimisationSerializer},
        examples=[
            OpenApiExample(
                "Two windows on a grid",
                value={
                    "strategy": "moving_average_cross",
                    "instruments": ["binance:BTC/USDT"],
                    "timeframe": "1h",
                    "ranges": {"fast": {"low": 5, "high": 30, "step": 5}, "slow": {"low": 40, "high": 120, "step": 20}},
                    "method": "grid",
                    "objectives": ["sharpe"],
                    "checks": {"folds": 5},
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, **_: Any) -> Response:
        """Start one; workers do it, and its progress says how far it is. What cannot be searched is refused at once."""
        sent = SearchPlanSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = start_optimisation(actor=_caller(request), asked=sent.search_plan(_caller(request)))
        return Response(shown(OptimisationSerializer, made), status=201)


@access("trading:read")
class OneOptimisation(APIView):
    """One optimisation."""

    @extend_schema(responses=OptimisationReportSerializer)
    def get(self, request: Request, optimisation_id: UUID, **_: Any) -> Response:
        """How far it is, and once it is over its report."""
        return Response(shown(OptimisationReportSerializer, access_optimisation(_caller(request), optimisation_id)))

    @access("trading:write", audit="optimisation.deleted")
    @extend_schema(responses={204: None})
    def delete(self, request: Request, optimisation_id: UUID, **_: Any) -> Response:
        """Forget one that is over, or waits, with its trials."""
        delete_optimisation(actor=_caller(request), optimisation_id=optimisation_id)
        return Response(status=204)


@access("trading:write", audit="optimisation.stopped")
class StopOptimisation(APIView):
    """Ending an optimisation with what was found so far."""

    @extend_schema(request=None, responses=OptimisationSerializer)
    def post(self, request: Request, optimisation_id: UUID, **_: Any) -> Response:
        """At once where it waits, else within seconds; its report is over the trials that were done. Again is
        harmless.
        """
        stopped = stop_optimisation(actor=_caller(request), optimisation_id=optimisation_id)
        return Response(shown(OptimisationSerializer, stopped))


@access("trading:read")
class OptimisationTrials(generics.ListAPIView[TrialRecord]):
    """The trials of an optimisation, newest first; those so far while it runs."""

    serializer_class = SearchTrialSerializer
    filters: ClassVar = {"state": ("state", tuple(TRIAL_STATES))}

    def get_queryset(self) -> QuerySet[TrialRecord]:
        """Those of one of their own."""
        return shown_trials(access_optimisation(_caller(self.request), self.kwargs["optimisation_id"]))


@access("trading:read")
class OptimisationMap(APIView):
    """The first objective over two parameters."""

    @extend_schema(
        responses=HeatMapSerializer,
        parameters=[
            OpenApiParameter("x", str, required=True, description="The parameter across."),
            OpenApiParameter("y", str, required=True, description="The parameter down."),
        ],
    )
    def get(self, request: Request, optimisation_id: UUID, **_: Any) -> Response:
        """The best of all trials at each pair of values."""
        row = access_optimisation(_caller(request), optimisation_id)
        named = (request.query_params.get("x", ""), request.query_params.get("y", ""))
        return Response(shown(HeatMapSerializer, heat_map_of(row, *named)))


def _caller(request: Request) -> User:
    return cast("User", request.user)
