"""Who acts, as the audit sees them. Pure, no Django."""

from __future__ import annotations

import enum
from typing import Protocol
from uuid import UUID


class ActorKind(enum.StrEnum):
    """USER: a person of the tenant. OPERATOR: staff of the platform. SYSTEM: the product itself, or nobody known."""

    USER = "user"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Protocol):
    """A signed-in person: public_id never changes; is_staff says they operate the platform."""

    public_id: UUID
    is_staff: bool
