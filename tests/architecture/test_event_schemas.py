"""Each event's fields are written down as JSON schema, version by version, and what is written stays true."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel.events import describing
from cryptouniverse.kernel.events.describing import FOLDER, all_event_types, schema_file, schema_of, schema_text
from cryptouniverse.kernel.events.types import Event


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """Something moved."""

    version: ClassVar[int] = 3
    who: UUID
    far: Decimal
    often: int
    again: bool


@dataclass(frozen=True, slots=True)
class Floating(Event):
    """A float counts nothing exactly."""

    price: float


def test_every_event_is_what_its_schema_says():
    wrong = [
        name
        for name, event in all_event_types().items()
        if not schema_file(event).exists() or schema_file(event).read_text() != schema_text(event)
    ]
    assert wrong == [], "raise the version of what changed, then: ./cu manage write_event_schemas"


def test_the_schema_of_the_version_before_stays():
    later = [event for event in all_event_types().values() if event.version > 1]
    assert [event for event in later if not schema_file(event, version=event.version - 1).exists()] == []


def test_no_schema_is_of_an_event_that_is_gone():
    assert {file.name.rsplit(".v", 1)[0] for file in FOLDER.glob("*.json")} == set(all_event_types())


def test_a_schema_says_each_fields_form():
    schema = schema_of(Moved)
    forms = [(part["type"], part.get("format", "")) for part in schema["properties"].values()]
    assert forms == [("string", "uuid"), ("string", ""), ("integer", ""), ("boolean", "")]
    assert schema["required"] == ["who", "far", "often", "again"]


def test_a_field_that_json_cannot_carry_is_refused():
    with pytest.raises(KeyError):
        schema_of(Floating)


def test_a_changed_event_without_a_new_version_is_refused(tmp_path, monkeypatch):
    event = next(iter(all_event_types().values()))
    monkeypatch.setattr(describing, "FOLDER", tmp_path)
    call_command("write_event_schemas", verbosity=0)
    changed = json.loads(schema_file(event).read_text()) | {"required": []}
    schema_file(event).write_text(json.dumps(changed))

    with pytest.raises(CommandError, match="raise its version"):
        call_command("write_event_schemas", verbosity=0)
