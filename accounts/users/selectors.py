"""Reading people and their sessions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.users.errors import UnknownPerson, UnknownSession
from accounts.users.models import Session, User
from accounts.users.permissions import WITHOUT_PAGES, may
from cryptouniverse.kernel import clock


def sessions_for(user: User) -> QuerySet[Session]:
    """The person's sessions that count, the one seen last first."""
    return Session.objects.filter(user=user, expire_date__gt=clock.now()).order_by("-last_seen_at", "session_key")


def access_session(user: User, public_id: UUID) -> Session:
    """One of the person's own sessions. Raises UnknownSession for any other."""
    row = sessions_for(user).filter(session_key__startswith=public_id.hex).first()
    if row is None:
        raise UnknownSession
    return row


def has_pages(user: User) -> bool:
    """Whether the person's role signs in at pages at all; programs do not."""
    return user.role not in WITHOUT_PAGES


def person_by_email(email: str) -> User | None:
    """Who has this e-mail address in the active tenant, however it is written."""
    return User.objects.filter(email=User.objects.normalize_email(email)).first()


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
