"""Rows as the API shows them, without making a serializer anew for each request: that costs more than the rows do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.serializers import BaseSerializer

_instances: dict[Any, BaseSerializer[Any]] = {}


def shown(kind: type[BaseSerializer[Any]], row: Any) -> dict[str, Any]:
    """`row` as `kind` shows it. For serializers that need no context."""
    body: dict[str, Any] = _kept(kind).to_representation(row)
    return body


def shown_all(kind: type[BaseSerializer[Any]], rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Every row as `kind` shows it."""
    one = _kept(kind)
    return [one.to_representation(row) for row in rows]


def _kept(kind: type[BaseSerializer[Any]]) -> BaseSerializer[Any]:
    """One instance for all requests: showing a row changes nothing of it."""
    found = _instances.get(kind)
    if found is None:
        found = _instances[kind] = kind()
    return found
