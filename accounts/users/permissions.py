"""Which role may do what (pure). A permission is "area:action", such as "portfolio:read"."""

from __future__ import annotations

from itertools import product
from typing import Final

from accounts.users.types import Role

AREAS: Final = ("admin", "trading", "portfolio", "users", "system")
ACTIONS: Final = ("read", "write", "delete", "execute")


def _grant(area: str, *actions: str) -> frozenset[str]:
    return frozenset(f"{area}:{action}" for action in actions)


ALL_PERMISSIONS: Final = frozenset(f"{area}:{action}" for area, action in product(AREAS, ACTIONS))
MATRIX: Final[dict[Role, frozenset[str]]] = {
    Role.ADMIN: ALL_PERMISSIONS,
    Role.TRADER: _grant("trading", "read", "write", "execute") | _grant("portfolio", "read", "write"),
    Role.VIEWER: _grant("trading", "read") | _grant("portfolio", "read"),
    Role.API: _grant("trading", "read", "execute"),
}
WITHOUT_PAGES: Final = frozenset({Role.API})


def may(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`. Unknown roles hold none; an unknown permission is a mistake: KeyError."""
    if permission not in ALL_PERMISSIONS:
        raise KeyError(f"there is no permission {permission!r}")
    return role in MATRIX and permission in MATRIX[Role(role)]
