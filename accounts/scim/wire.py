"""What goes over SCIM's wire: questions read, answers and errors written, all with scim2-models.

Loaded with the first request to SCIM: the library takes a second, and most processes never speak it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from pydantic import ValidationError
from rest_framework import exceptions as drf
from scim2_models import Context, Error, ListResponse, ResourceType, Schema, SCIMException, SearchRequest

from accounts.scim.discovery import provider_config, resource_types, schemas
from accounts.scim.errors import UnknownEntry
from accounts.scim.filtering import condition_of
from accounts.scim.shapes import Person, created, patched, replaced, shown
from cryptouniverse.kernel.errors import CryptoUniverseError

__all__ = ["condition_of", "created", "patched", "provider_config", "replaced", "shown"]


def search(parameters: dict[str, Any]) -> SearchRequest[Any]:
    """What a list is asked for. Raises pydantic's ValidationError."""
    return SearchRequest[Person].model_validate(parameters, scim_ctx=Context.SEARCH_REQUEST)


def page(asked: SearchRequest[Any], found: list[Person], *, total: int, start: int) -> dict[str, Any]:
    """A list of people, with the attributes that were asked for."""
    answer = ListResponse[Person](total_results=total, start_index=start, items_per_page=len(found), resources=found)
    written: dict[str, Any] = answer.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=asked, mode="json"
    )
    return written


def answer(resource: Any, *, to: str = "QUERY") -> dict[str, Any]:
    """One thing. to: what it answers, QUERY, CREATION, REPLACEMENT or PATCH."""
    written: dict[str, Any] = resource.model_dump(scim_ctx=Context[f"RESOURCE_{to}_RESPONSE"], mode="json")
    return written


def types_answer(base: str, name: str) -> dict[str, Any]:
    """Which kinds of things there are, or the one called so. Raises UnknownEntry."""
    return _described(resource_types(base), name, ResourceType)


def schemas_answer(base: str, name: str) -> dict[str, Any]:
    """Which attributes they have, or the schema called so. Raises UnknownEntry."""
    return _described(schemas(base), name, Schema)


def error(raised: Exception) -> tuple[int, dict[str, Any]]:
    """Status and body of an error as RFC 7644 writes it (3.12). What is nobody's mistake is raised again."""
    status, scim_type, detail = _told(raised)
    return status, Error(status=status, scim_type=scim_type, detail=detail).model_dump(mode="json")


def _told(raised: Exception) -> tuple[int, str | None, str]:
    if isinstance(raised, ValidationError):
        first = Error.from_validation_error(raised.errors()[0])
        return first.status or 400, first.scim_type, first.detail or ""
    if isinstance(raised, SCIMException):
        return raised.status, raised.scim_type or None, str(raised)
    if isinstance(raised, CryptoUniverseError):
        return raised.status, getattr(raised, "scim_type", None), raised.sentence(gettext)
    if isinstance(raised, drf.APIException):
        scim_type = "invalidSyntax" if isinstance(raised, drf.ParseError) else None
        return raised.status_code, scim_type, str(raised.detail)
    raise raised


def _described(found: Iterable[Any], name: str, kind: type) -> dict[str, Any]:
    found = list(found)
    if not name:
        listed: Any = ListResponse[kind](  # type: ignore[valid-type]  # subscripted at run time
            total_results=len(found), start_index=1, items_per_page=len(found), resources=found
        )
        return answer(listed)
    one = next((row for row in found if str(row.id).lower() == name.lower()), None)
    if one is None:
        raise UnknownEntry(id=name[:100])
    return answer(one)
