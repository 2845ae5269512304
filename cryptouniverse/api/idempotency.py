"""A write with an Idempotency-Key happens once, however often it is sent.

Work, answer and key are written in one transaction under an advisory lock of (tenant, caller, key): a crash leaves
none of them, a twin that arrives meanwhile is told so (409), and a later one gets the same answer again. Why so, and
not a row that says "running": `docs/decisions/idempotency-in-one-transaction.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from cryptouniverse.api.errors import KeyMalformed, KeyMissing, KeyReused, StillRunning
from cryptouniverse.api.models import IdempotencyRecord
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from accounts.users.models import User

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEY_LENGTH_MAX: Final = 255
KEPT_FOR: Final = timedelta(hours=48)
Handler = Callable[..., Response]


def answer_once(*, request: Request, handler: Handler, **address: Any) -> Response | HttpResponse:
    """What `handler` answers, run at most once for this caller and key; 2xx answers are kept and repeated.

    Raises KeyMissing or KeyMalformed 400, KeyReused 422, StillRunning 409. Errors and 4xx undo the work and keep
    nothing, so the same key may be sent again with what was wrong put right.
    """
    key, fingerprint = _key_of(request), _fingerprint_of(request)
    caller = cast("User", request.user).public_id  # signed in: the rule asked
    with transaction.atomic():
        _lock_or_refuse(f"{current_tenant().id}|{caller}|{key}")
        earlier = IdempotencyRecord.objects.filter(caller=caller, key=key).first()
        if earlier:
            return _again(earlier, fingerprint)
        answer = handler(request, **address)
        if 200 <= answer.status_code < 300:
            body = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode(answer.data)
            IdempotencyRecord.objects.create(
                caller=caller, key=key, fingerprint=fingerprint, status=answer.status_code, body=body
            )
        else:
            transaction.set_rollback(True)
        return answer


def forget_old_keys(*, now: datetime) -> int:
    """Drop the keys of the active tenant that are older than `KEPT_FOR`; how many there were."""
    return IdempotencyRecord.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        raise KeyMissing
    if not (1 <= len(key) <= KEY_LENGTH_MAX and key.isascii() and key.isprintable()):
        raise KeyMalformed(
            _("An %(header)s has 1 to %(most)s printable ASCII characters."), header=HEADER, most=KEY_LENGTH_MAX
        )
    return key


def _fingerprint_of(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), cls=JSONEncoder)
    return hashlib.sha256(f"{request.method}\n{request.path}\n{body}".encode()).hexdigest()


def _lock_or_refuse(name: str) -> None:
    """Hold the lock until the transaction ends, in whatever way. Raises StillRunning if somebody else holds it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise StillRunning


def _again(earlier: IdempotencyRecord, fingerprint: str) -> HttpResponse:
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    answer = HttpResponse(earlier.body, status=earlier.status, content_type="application/json")
    answer[REPLAYED] = "true"
    return answer
