"""Reads of people, and of what their roles allow."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.users.errors import UnknownPerson
from accounts.users.models import User
from accounts.users.permissions import may

if TYPE_CHECKING:
    from django.db.models import QuerySet


def role_may(role: str, permission: str) -> bool:
    """Whether a role holds a permission ("portfolio:read")."""
    return may(role, permission)


def people() -> QuerySet[User]:
    """Everybody of the tenant, also who is switched off, newest first. For administrators."""
    return User.objects.order_by("-pk")


def access_person(user: User, public_id: UUID, *, permission: str) -> User:
    """A person of the tenant, for who holds `permission`. Raises UnknownPerson, also for who may not look."""
    found = people().filter(public_id=public_id).first() if user.may(permission) else None
    if found is None:
        raise UnknownPerson(user=str(public_id))
    return found
