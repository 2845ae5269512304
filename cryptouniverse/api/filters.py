"""Filters of lists: query parameters that a view states, checked, documented, and nothing else.

A view says `filters = {"instrument": ("instrument_id", str), "since": ("slot_ms__gte", MS)}`: the parameter's name, the
lookup, and what it is: `str`, `UUID`, `bool`, `datetime`, "ms" (a time, kept in milliseconds), a tuple of words, or
`[str]` for a value that a list of the row has in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from cryptouniverse.api.errors import Malformed
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from rest_framework.views import APIView

TEXT_MAX: Final = 120
_BOOLEANS: Final = {"true": True, "false": False}
Stated = Mapping[str, tuple[str, Any]]


class StatedFilters(BaseFilterBackend):
    """Narrows a list by the parameters that its view states. Others are ignored."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """The rows that fit. Raises Malformed for a value that is not of its kind."""
        lookups = {
            lookup: _read(name, request.query_params[name], kind)
            for name, (lookup, kind) in _stated(view).items()
            if name in request.query_params
        }
        return queryset.filter(**lookups) if lookups else queryset

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The parameters, for the OpenAPI document."""
        return [
            {"name": name, "in": "query", "required": False, "schema": _schema(kind), "description": _meaning(lookup)}
            for name, (lookup, kind) in _stated(view).items()
        ]


def moment_of(name: str, text: str) -> datetime:
    """An ISO 8601 time; without an offset it is UTC. Raises Malformed."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(_("%(name)s is a time such as 2026-01-31T12:00:00Z."), name=name) from error


def _stated(view: APIView) -> Stated:
    found: Stated = getattr(view, "filters", {})
    return found


def _read(name: str, text: str, kind: Any) -> Any:
    if kind is datetime:
        return moment_of(name, text)
    if kind == "ms":
        return int(moment_of(name, text).timestamp() * 1000)
    if kind is UUID:
        try:
            return UUID(text)
        except ValueError as error:
            raise Malformed(_("%(name)s is an id, a UUID."), name=name) from error
    if kind is bool:
        if text not in _BOOLEANS:
            raise Malformed(_("%(name)s is true or false."), name=name)
        return _BOOLEANS[text]
    if isinstance(kind, list):
        return [_read(name, text, kind[0])]
    if isinstance(kind, tuple) and text not in kind:
        raise Malformed(_("%(name)s is one of %(words)s."), name=name, words=", ".join(kind))
    if len(text) > TEXT_MAX or not text.isprintable():
        raise Malformed(_("%(name)s is a text of %(most)s characters at most."), name=name, most=TEXT_MAX)
    return text


def _schema(kind: Any) -> dict[str, Any]:
    if kind is datetime or kind == "ms":
        return {"type": "string", "format": "date-time"}
    if isinstance(kind, list):
        return _schema(kind[0])
    if kind is UUID:
        return {"type": "string", "format": "uuid"}
    if kind is bool:
        return {"type": "boolean"}
    if isinstance(kind, tuple):
        return {"type": "string", "enum": list(kind)}
    return {"type": "string", "maxLength": TEXT_MAX}


def _meaning(lookup: str) -> str:
    if lookup.endswith("__gte"):
        return "From this time on."
    if lookup.endswith("__lt"):
        return "Before this time."
    return "Only rows that have this value."
