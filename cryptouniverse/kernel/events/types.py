"""Facts that services publish. A fact names what happened in ids and numbers; it never carries personal data."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, Self, get_type_hints
from uuid import UUID

OWNER_FIELDS: Final = ("owner_id", "user_id")
_TYPES: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every fact. Subclasses are frozen dataclasses whose fields are str, int, bool, Decimal or UUID.

    type: "domain.fact", unique. version: of the fields; readers accept the one before. stream: its order's scope.
    """

    type: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @property
    def stream(self) -> str:
        """Events of one stream carry rising sequence numbers without gaps."""
        return self.type

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super(Event, cls).__init_subclass__(**kwargs)  # slots=True remakes the class; super() means the old one
        if cls.type:
            _TYPES[cls.type] = cls

    def body(self) -> dict[str, Any]:
        """The fields as JSON: numbers that count money and ids are strings."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(v) if isinstance(v, (Decimal, UUID)) else v for name, v in values.items()}

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """The event that `body` describes, also one of the version before: unknown fields are ignored, and a field that
        was added since has a default. A missing field without one raises KeyError.
        """
        kinds = get_type_hints(cls)
        named = [field.name for field in fields(cls) if field.default is MISSING or field.name in body]
        return cls(**{name: kinds[name](body[name]) for name in named})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A published event with its place and origin. sequence: position in (tenant, stream), from 1."""

    id: UUID
    event: Event
    tenant_id: UUID
    stream: str
    sequence: int
    occurred_at: datetime
    correlation_id: str


def owner_of(event: Event) -> UUID | None:
    """The public id of the one person whose fact this is; None for a fact of the whole tenant. The only rule of who is
    told: pages' hints and webhooks both ask here.
    """
    return next((getattr(event, name) for name in OWNER_FIELDS if hasattr(event, name)), None)


def is_owned(event: type[Event]) -> bool:
    """Whether events of this type are somebody's."""
    return any(field.name in OWNER_FIELDS for field in fields(event))


def event_types() -> dict[str, type[Event]]:
    """Every event type in use, by name."""
    return dict(sorted(_TYPES.items()))
