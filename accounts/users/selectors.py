"""Reading people and their sessions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.users.errors import UnknownSession
from accounts.users.models import Session, User
from accounts.users.permissions import WITHOUT_PAGES
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
