"""Who speaks for a company's directory. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

SCOPES: Final = frozenset({"users:read", "users:write", "users:delete"})
TOKEN_PREFIX: Final = "scim_"  # noqa: S105  # how every token begins
NAME_MAX: Final = 60
TOKENS_MAX: Final = 5
PAGE_DEFAULT, PAGE_MAX = 100, 200


@dataclass(frozen=True, slots=True)
class Directory:
    """The caller behind a token, as access rules and the audit see one. public_id: the token's; it is no person."""

    public_id: UUID
    tenant_id: UUID
    default_role: str
    is_staff: bool = False
    is_superuser: bool = False
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False
    pk: None = None
    role: str = "api"

    @property
    def scopes(self) -> frozenset[str]:
        """What the token is for."""
        return SCOPES

    def may(self, permission: str) -> bool:
        """People, and nothing else."""
        return permission in SCOPES
