"""Venues and what they can do, over the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.kernel.access import access
from trading.exchanges.capabilities import Proof, VenueCapability, barring_cells
from trading.exchanges.errors import UnknownExchange
from trading.exchanges.venues.registry import known_venues, profile_of

PROOFS = [proof.value for proof in Proof]


class CapabilitySerializer(serializers.Serializer[Any]):
    """One thing that a venue can do, or not, and how sure we are."""

    name = serializers.CharField()
    proof = serializers.ChoiceField(choices=PROOFS)


class VenueSerializer(serializers.Serializer[Any]):
    """A venue. bars_live: the capabilities that stand between it and live trading without a person."""

    name = serializers.CharField()
    capabilities = CapabilitySerializer(many=True)
    bars_live = serializers.ListField(child=serializers.CharField())
    window_ms_max = serializers.IntegerField()


class VenuesSerializer(serializers.Serializer[Any]):
    """All of them."""

    data = VenueSerializer(many=True)  # type: ignore[assignment]  # DRF's own `data` is what is shown of all
    has_more = serializers.BooleanField()


@access("trading:read")
class Venues(APIView):
    """The venues that can be traded on."""

    @extend_schema(operation_id="exchanges_list", responses=VenuesSerializer)
    def get(self, request: Request, **_: Any) -> Response:
        """Each with its capabilities."""
        rows = [_shown(profile_of(venue).capability) for venue in known_venues()]
        return Response({"data": rows, "has_more": False})


@access("trading:read")
class OneVenue(APIView):
    """One venue."""

    @extend_schema(responses=VenueSerializer)
    def get(self, request: Request, venue: str, **_: Any) -> Response:
        """What it can do, and how sure we are."""
        if venue not in known_venues():
            raise UnknownExchange(venue=venue[:40])
        return Response(_shown(profile_of(venue).capability))


def _shown(one: VenueCapability) -> dict[str, Any]:
    return {
        "name": one.venue,
        "capabilities": [{"name": cell, "proof": getattr(one, cell).value} for cell in one.cells],
        "bars_live": list(barring_cells(one)),
        "window_ms_max": one.window_ms_max,
    }
