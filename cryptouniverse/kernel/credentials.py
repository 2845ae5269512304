"""What a program shows instead of a session: `request.auth` of an API key or an access token."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class CredentialKind(enum.StrEnum):
    """KEY: an API key, which has no second factor and no pages. TOKEN: an access token of a person who signed in."""

    KEY = "key"
    TOKEN = "token"  # noqa: S105  # the name of a kind


@dataclass(frozen=True, slots=True)
class Credential:
    """A key or token that was checked. It holds nothing secret.

    scopes: permissions it may use; one counts only if the person's role has it too. step_up_at: when the person last
    proved who they are with it, None for a key. proofs: how ("pwd", "otp").
    """

    kind: CredentialKind
    id: UUID
    tenant_id: UUID
    scopes: frozenset[str]
    step_up_at: datetime | None = None
    proofs: tuple[str, ...] = ()

    def allows(self, permission: str) -> bool:
        """Whether `permission` is within its scopes."""
        return permission in self.scopes
