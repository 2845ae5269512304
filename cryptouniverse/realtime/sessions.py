"""Who is signed in on a socket: read from the session row in the active tenant's schema."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user behind one session. session_id: derived from the secret key, safe as a group's id."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


def visitor_of(session_key: str, permission: str) -> Visitor | None:
    """The user signed in with this session in the active tenant who holds `permission`; None if there is none."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = store.person()
    if user is None or not user.may(permission):
        return None
    return Visitor(user_id=user.public_id, session_id=session_id_of(session_key), expires_at=store.row.expire_date)


def session_id_of(session_key: str) -> UUID:
    """A public id for a session that does not give its key away."""
    return UUID(bytes=hashlib.sha256(session_key.encode()).digest()[:16])
