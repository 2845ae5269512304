"""Whose an access token is, as things are now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.crypto import constant_time_compare

from accounts.tokens.errors import TokenRefused
from accounts.tokens.models import TokenFamily
from accounts.tokens.signing import Claims, read
from accounts.tokens.types import TokenType
from accounts.users.permissions import ALL_PERMISSIONS
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.credentials import Credential, CredentialKind

if TYPE_CHECKING:
    from accounts.users.models import User


def caller_by_token(*, text: str) -> tuple[User, Credential]:
    """The person an access token stands for, with one query. Raises TokenRefused.

    The signature alone is not enough: the family must not have ended, and the person must still be active and have the
    password they signed in with. Their role is the one they have now.
    """
    family = living_family(read(text, kind=TokenType.ACCESS), now=clock.now())
    credential = Credential(
        kind=CredentialKind.TOKEN,
        id=family.public_id,
        tenant_id=current_tenant().id,
        scopes=ALL_PERMISSIONS,
        step_up_at=family.signed_in_at,
        proofs=tuple(family.proofs),
    )
    return family.user, credential


def living_family(claims: Claims, *, now: datetime) -> TokenFamily:
    """The family of a token, with its person, if both are in force. Raises TokenRefused."""
    family = TokenFamily.objects.select_related("user").filter(public_id=claims.family).first()
    if family is None or family.ended_at is not None or family.expires_at <= now:
        raise TokenRefused
    user = family.user
    if user.public_id != claims.user or not user.is_active:
        raise TokenRefused
    if not constant_time_compare(family.password_mark, user.get_session_auth_hash()):
        raise TokenRefused
    return family
