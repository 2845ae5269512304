"""Lists in pages by cursor: `limit`, `starting_after` or `ending_before` a public id, and `has_more`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from cryptouniverse.api.errors import Malformed
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from rest_framework.views import APIView

LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100


class PublicIdPages(BasePagination):
    """Newest first. A cursor is the public id of a row that the caller may see; rows added meanwhile move nothing.

    A view whose rows are named by another id says so: `cursor_field = "fill_id"`.
    """

    has_more = False

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """One page, newest first. Raises Malformed for a bad limit, two cursors, or a cursor that points nowhere."""
        limit, name = _limit(request), getattr(view, "cursor_field", "public_id")
        after, before = request.query_params.get("starting_after"), request.query_params.get("ending_before")
        if after and before:
            raise Malformed(_("Use starting_after or ending_before, not both."))
        if before:
            rows = list(queryset.filter(pk__gt=_pk_of(queryset, before, name)).order_by("pk")[: limit + 1])
        else:
            older = queryset.filter(pk__lt=_pk_of(queryset, after, name)) if after else queryset
            rows = list(older.order_by("-pk")[: limit + 1])
        self.has_more = len(rows) > limit
        page = rows[:limit]
        return page[::-1] if before else page

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """`{"data": [...], "has_more": bool}`."""
        return Response({"data": data, "has_more": self.has_more})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same, for the OpenAPI document."""
        return {
            "type": "object",
            "required": ["data", "has_more"],
            "properties": {"data": schema, "has_more": {"type": "boolean"}},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters, for the OpenAPI document."""
        whole = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}
        cursor = {"type": "string", "format": "uuid"}
        return [
            {"name": "limit", "in": "query", "schema": whole, "description": "How many rows at most."},
            {"name": "starting_after", "in": "query", "schema": cursor, "description": "Rows older than this one."},
            {"name": "ending_before", "in": "query", "schema": cursor, "description": "Rows newer than this one."},
        ]


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(LIMIT_DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LIMIT_MAX):
        raise Malformed(_("limit is a whole number from 1 to %(most)s."), most=LIMIT_MAX, limit=text[:20])
    return int(text)


def _pk_of(queryset: QuerySet[Any], cursor: str, name: str) -> int:
    try:
        found = queryset.filter(**{name: UUID(cursor)}).values_list("pk", flat=True).first()
    except ValueError:
        found = None
    if found is None:
        raise Malformed(_("The cursor is not the id of a row in this list."), cursor=cursor[:64])
    return int(found)
