"""The scanner over the API: what the catalogue sees now. The same for everybody, and nobody's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.shown import shown
from strategies.backtest.serializers import TIMEFRAMES
from strategies.scanner.errors import NotScannedYet
from strategies.scanner.models import Opportunity
from strategies.scanner.selectors import newest_scan, opportunities, opportunity
from strategies.scanner.serializers import ScannedSerializer, ScanSerializer

if TYPE_CHECKING:
    from django.db.models import QuerySet

CURSORS = ("starting_after", "ending_before")


@access("trading:read")
class LastScan(APIView):
    """The last look at all markets."""

    @extend_schema(responses=ScanSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """When it was, how much was tried, and which strategies failed. Raises NotScannedYet."""
        scan = newest_scan()
        if scan is None:
            raise NotScannedYet
        return Response(shown(ScanSerializer, scan))


@access("trading:read")
class ScannedOpportunities(generics.ListAPIView[Opportunity]):
    """What the catalogue sees now, best first, each with its strategy's simulated record. No advice.

    Who turns pages turns those of one scan: a cursor of an earlier one lists that one, while it is kept.
    """

    serializer_class = ScannedSerializer
    filters: ClassVar = {
        "strategy": ("strategy", str),
        "family": ("family", str),
        "instrument": ("instrument_id", str),
        "timeframe": ("timeframe", tuple(TIMEFRAMES)),
        "validated": ("validated", bool),
    }

    def get_queryset(self) -> QuerySet[Opportunity]:
        """Of the newest scan, or of the one that is being paged through."""
        named = next((self.request.query_params[name] for name in CURSORS if name in self.request.query_params), "")
        return opportunities(cursor=_id_of(named))


@access("trading:read")
class OneOpportunity(APIView):
    """One opportunity of a scan that is kept."""

    @extend_schema(responses=ScannedSerializer)
    def get(self, request: Request, opportunity_id: UUID, **_: Any) -> Response:
        """As it stood in its scan."""
        return Response(shown(ScannedSerializer, opportunity(opportunity_id)))


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
