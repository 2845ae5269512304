"""What other domains see of a grant."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

HOURS_MAX: Final = 8  # no access lasts longer


class Grant(Protocol):
    """An operator's access to one tenant. starts_at, ends_at: empty while the tenant's administrator has not agreed."""

    public_id: UUID
    starts_at: datetime | None
    ends_at: datetime | None
