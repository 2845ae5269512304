"""Each event type's JSON schema, made from its fields: what a reader outside may rely on, version by version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, get_type_hints
from uuid import UUID

from django.apps import apps

from cryptouniverse.kernel.events.types import Event, event_types

FOLDER: Final = Path(__file__).parent / "schemas"
_KINDS: Final[Mapping[type, Mapping[str, str]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?(E[+-]\d+)?$"},
    UUID: {"type": "string", "format": "uuid"},
}


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON schema of `event.body()`. Raises KeyError for a field that is not str, int, bool, Decimal or UUID."""
    kinds = get_type_hints(event)
    names = [field.name for field in fields(event)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{event.type} v{event.version}",
        "description": " ".join((event.__doc__ or "").split()),
        "type": "object",
        "properties": {name: dict(_KINDS[kinds[name]]) for name in names},
        "required": names,
    }


def schema_file(event: type[Event], *, version: int = 0) -> Path:
    """Where the schema of this version (the present one, unless said) is kept."""
    return FOLDER / f"{event.type}.v{version or event.version}.json"


def schema_text(event: type[Event]) -> str:
    """What the file holds."""
    return json.dumps(schema_of(event), indent=2, ensure_ascii=False) + "\n"


def all_event_types() -> dict[str, type[Event]]:
    """Every event type of every installed domain, by name."""
    homes = {f"{config.name}.events" for config in apps.get_app_configs() if find_spec(f"{config.name}.events")}
    for home in homes:
        import_module(home)
    return {name: event for name, event in event_types().items() if event.__module__ in homes}
