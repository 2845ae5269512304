"""Routes with one mistake each, which the walk must find and the middleware must not serve."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from cryptouniverse.api.routing import v1
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.deprecation import deprecated


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody asked who you are")


class Silent(APIView):
    def get(self, request, **kwargs):
        return HttpResponse("nobody asked who you are")


@access("portfolio:read")
def unrecorded(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} done")


@access("system:read")
def for_administrators(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the machine room")


@deprecated(since=datetime(2026, 1, 1, tzinfo=UTC), sunset=datetime(2026, 7, 1, tzinfo=UTC), instead="/api/v1/staying")
@access("portfolio:read")
class Going(APIView):
    def get(self, request, **kwargs):
        return Response({})


urlpatterns = [
    path("api/v1/going", v1(Going)),
    path("silent/", silent),
    path("api/v1/silent", v1(Silent)),
    path("unrecorded/", unrecorded),
    path("machine-room/", for_administrators),
]
