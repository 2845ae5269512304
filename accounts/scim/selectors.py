"""Reading tokens, and the people that a directory may see: everybody of the tenant but the platform's operators."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from accounts.scim.errors import UnknownEntry, UnknownToken
from accounts.scim.models import DirectoryToken
from accounts.scim.types import TOKEN_PREFIX, Directory
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant

if TYPE_CHECKING:
    from accounts.users.models import User

SEEN_EVERY: Final = timedelta(minutes=1)
TOKEN_LENGTH_MAX: Final = 100


def digest_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def directory_by_token(token: str) -> Directory | None:
    """Whose token it is in the active tenant; None for any other text."""
    if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_LENGTH_MAX or not token.isascii():
        return None
    digest = digest_of(token)
    row = DirectoryToken.objects.filter(digest=digest, revoked_at=None).first()
    if row is None or not constant_time_compare(row.digest, digest):
        return None
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at > SEEN_EVERY:
        DirectoryToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return Directory(public_id=row.public_id, tenant_id=current_tenant().id, default_role=row.default_role)


def directory_tokens() -> QuerySet[DirectoryToken]:
    """The tokens in force, newest first. For administrators."""
    return DirectoryToken.objects.filter(revoked_at=None).order_by("-pk")


def directory_token(public_id: UUID) -> DirectoryToken:
    """One of them. Raises UnknownToken."""
    found = directory_tokens().filter(public_id=public_id).first()
    if found is None:
        raise UnknownToken(token=str(public_id))
    return found


def people_seen() -> QuerySet[User]:
    """Whom a directory may see, in the order in which they came."""
    rows: QuerySet[User] = get_user_model().objects.filter(is_staff=False, is_superuser=False)
    return rows.exclude(Q(directory_entry__deleted_at__isnull=False)).select_related("directory_entry").order_by("pk")


def person_seen(public_id: str) -> User:
    """One of them. Raises UnknownEntry."""
    try:
        found = people_seen().filter(public_id=UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise UnknownEntry(id=public_id[:64])
    return found
