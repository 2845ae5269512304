"""The door for alerts: one address for each bot, outside of the API, since what sends them can set no headers."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cryptouniverse.kernel.access import Counted, public_write
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.errors import CryptoUniverseError
from strategies.hooks.errors import AlertTooLarge, AlertUnreadable
from strategies.hooks.services import receive
from strategies.hooks.types import BODY_MAX, Signed

_SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


@public_write(audit="hook.called", counted=Counted.HOOK)
@csrf_exempt
@require_POST
@never_cache
def alert(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """Take an alert in: 202 for one that is new, 200 for one that was here before, else a refusal and nothing kept."""
    try:
        row, was_here = receive(
            hook_id=hook_id, body=_body(request), signed=_signed(request), address=client_address(request)
        )
    except CryptoUniverseError as error:
        return _answered({"status": "refused", "code": error.code, "detail": error.sentence(gettext)}, error.status)
    status = ("replay", 200) if was_here else ("accepted", 202)
    return _answered({"status": status[0], "id": str(row.public_id)}, status[1])


def _body(request: HttpRequest) -> bytes:
    """What was sent, and not a byte more than may be. Raises AlertTooLarge, AlertUnreadable."""
    try:
        body: bytes = request.read(BODY_MAX + 1)
    except (OSError, RawPostDataException):  # whoever sent it went away
        raise AlertUnreadable from None
    if len(body) > BODY_MAX:
        raise AlertTooLarge(limit=BODY_MAX)
    return body


def _signed(request: HttpRequest) -> Signed | None:
    """The headers of Standard Webhooks, if it has any of them."""
    found = [request.headers.get(name) for name in _SIGNED]
    return Signed(*(value or "" for value in found)) if any(value is not None for value in found) else None


def _answered(body: dict[str, str], status: int) -> HttpResponse:
    return JsonResponse(body, status=status)
