"""Names of channel groups: made here and nowhere else, always with the tenant, never from a client's text."""

from __future__ import annotations

import re
from uuid import UUID

_KIND = re.compile(r"[a-z]{1,20}")


def group(tenant_id: UUID, kind: str, id: UUID | int) -> str:
    """The group of all sockets of `kind` ("user", "session") and `id` in one tenant: ASCII, under 100 characters."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"a group's kind is 1 to 20 letters a to z, not {kind!r}")
    if not isinstance(id, (UUID, int)) or isinstance(id, bool):
        raise TypeError("a group's id is a UUID or an integer")
    return f"t.{tenant_id.hex}.{kind}.{id.hex if isinstance(id, UUID) else id}"
