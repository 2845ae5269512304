"""Writing people's sessions. Ending one deletes its row: the next request is nobody's, and its sockets close."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.db import transaction

from accounts.users.errors import AddressTaken
from accounts.users.models import Session, User
from accounts.users.selectors import person_by_email, sessions_for
from accounts.users.store import SEEN_EVERY, SessionStore
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.realtime.push import close_many
from tenants.audit import services as audit


def note_seen(session: SessionStore) -> None:
    """Write when and whence the session was last seen, at most once a minute."""
    row, now = session.row, clock.now()
    if row is None or now - row.last_seen_at < SEEN_EVERY:
        return
    facts = {"last_seen_at": now, "address": session.address}
    Session.objects.filter(pk=row.pk, last_seen_at=row.last_seen_at).update(**facts)


@transaction.atomic
def end_session(*, session: Session, actor: User) -> None:
    """End one session. Again is harmless."""
    if Session.objects.filter(pk=session.pk).delete()[0]:
        audit.record(actor=actor, action="session.revoked", object=("session", session.public_id))
        _close([session.public_id])


@transaction.atomic
def end_other_sessions(*, user: User, keep: UUID | None) -> int:
    """End the person's sessions but the one they act from, and say how many. keep: its public id."""
    ended = end_sessions(user=user, keep=keep)
    audit.record(actor=user, action="session.others_revoked", object=user, after={"count": ended})
    return ended


@transaction.atomic
def end_sessions(*, user: User, keep: UUID | None = None) -> int:
    """End every session of the person but `keep`, and say how many. Their rights changed, or they asked for it."""
    rows = [row for row in sessions_for(user) if row.public_id != keep]
    Session.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _close([row.public_id for row in rows])
    return len(rows)


def step_up(session: Any) -> None:
    """From now on, for five minutes, this session may do what asks for a fresh second factor."""
    if session.session_key and session.get(SESSION_KEY):
        row, now = session.row, clock.now()
        Session.objects.filter(pk=row.pk).update(step_up_at=now)
        row.step_up_at = now


@transaction.atomic
def confirm(session: Any, *, user: User) -> None:
    """`step_up` of somebody who was asked for it."""
    step_up(session)
    audit.record(actor=user, action="session.confirmed", object=("session", session.public_id))


def forget_old_sessions() -> None:
    """Drop the active tenant's sessions that are over."""
    SessionStore.clear_expired()


@transaction.atomic
def add_person(*, email: str, password_hash: str, display_name: str = "", action: str = "user.signed_up") -> User:
    """Somebody who has shown that the address is theirs. password_hash: "" for people whom a provider vouches for.

    Raises AddressTaken.
    """
    if person_by_email(email) is not None:
        raise AddressTaken
    user = User(email=User.objects.normalize_email(email), display_name=display_name[:120])
    if password_hash:
        user.password = password_hash
    else:
        user.set_unusable_password()
    user.save()
    audit.record(actor=user, action=action, object=user)
    return user


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give the person a new password. Their sessions end; whoever does it for themselves gets a new key right after."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(actor=user, action="user.password_changed", object=user)


@transaction.atomic
def change_email(*, user: User, email: str) -> None:
    """Give the person another address, which they have shown to be theirs. Raises AddressTaken."""
    before, email = user.email, User.objects.normalize_email(email)
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise AddressTaken
    user.email = email
    user.save(update_fields=["email"])
    audit.record(actor=user, action="user.email_changed", object=user, before={"email": before}, after={"email": email})


def _close(ids: list[UUID]) -> None:
    if ids:
        transaction.on_commit(partial(close_many, current_tenant(), "session", ids))
