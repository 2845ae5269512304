"""The words of teams: places in a team, what a share gives, what may be delegated. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

DELEGATED_FOR_MAX: Final = timedelta(days=90)
NAME_MAX: Final = 80
READING: Final = frozenset({"portfolio:read", "trading:read"})
TRADING: Final = READING | {"trading:write", "trading:execute"}
DELEGABLE: Final = ("portfolio:read", "portfolio:write", "trading:read", "trading:write", "trading:execute")


class TeamRole(enum.StrEnum):
    """A person's place in a team. MANAGER: keeps the team, and trades. TRADER: trades. VIEWER: looks on."""

    MANAGER = "manager"
    TRADER = "trader"
    VIEWER = "viewer"


class ShareAccess(enum.StrEnum):
    """What the owner of a portfolio gives a team. TRADE: its managers and traders may act; viewers still only look."""

    READ = "read"
    TRADE = "trade"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person was given on another's portfolio. owner_pk: whose it is."""

    portfolio_id: UUID
    owner_pk: int
    permissions: frozenset[str]


def shared_permissions(access: str, role: str) -> frozenset[str]:
    """What a share gives a member with this place in the team."""
    if access == ShareAccess.TRADE and role in {TeamRole.MANAGER, TeamRole.TRADER}:
        return TRADING
    return READING
