"""Entity tags: an update says which version it changes, and changes no other.

A tag is the hash of what the resource's GET answers, or of the fields that its view names in `tagged` where others move
by themselves. An update runs under a lock of (tenant, address): of two that name the same version, one is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import connection, transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cryptouniverse.api.errors import ChangedMeanwhile, VersionMissing
from cryptouniverse.kernel.context import current_tenant

HEADER: Final = "If-Match"
Handler = Callable[..., Response]
_json = JSONRenderer()


def tag_of(body: Mapping[str, Any], fields: tuple[str, ...] = ()) -> str:
    """The strong entity tag of a resource as it is answered."""
    told = {name: body[name] for name in fields} if fields else body
    return f'"{hashlib.sha256(_json.render(told)).hexdigest()[:32]}"'


def update_named(
    *, request: Request, update: Handler, read: Handler, fields: tuple[str, ...], **address: Any
) -> Response:
    """What `update` answers, if the caller names the version that is there ("*": whichever it is).

    Raises VersionMissing 428 without an If-Match, ChangedMeanwhile 412 for another version, whatever `read` raises for
    what the caller may not see, and then changes nothing.
    """
    named = request.headers.get(HEADER)
    with transaction.atomic():
        _lock(f"{current_tenant().id}|{request.path}")
        there = tag_of(read(request, **address).data, fields)
        if named is None:
            raise VersionMissing
        if there not in {tag.strip() for tag in named.split(",")} and named.strip() != "*":
            raise ChangedMeanwhile
        answer = update(request, **address)
        answer["ETag"] = tag_of(read(request, **address).data, fields)
        return answer


def _lock(name: str) -> None:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
