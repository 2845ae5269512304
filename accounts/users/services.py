"""Writing people and their sessions. Whoever ends a session deletes its row; its sockets close."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.db import transaction

from accounts.users.errors import AddressTaken, LastAdministrator
from accounts.users.models import Session, User
from accounts.users.selectors import person_by_email, sessions_for
from accounts.users.store import SEEN_EVERY, SessionStore
from accounts.users.types import Role
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.realtime.push import close_many, close_sockets
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


def take_turns(person: User) -> None:
    """What this person asks for waits for what they asked for before, until the transaction ends: so a limit holds."""
    User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()


@transaction.atomic
def make_person(*, email: str, role: Role, actor: User, display_name: str = "") -> User:
    """A person without a password: they choose one by the mail for that. Audited as "user.created".

    Raises AddressTaken, or Invalid without an address.
    """
    address = User.objects.normalize_email(email)
    if User.objects.filter(email=address).exists():
        raise AddressTaken
    person = User.objects.create_user(address, role=role.value, display_name=display_name.strip())
    after = {"email": address, "role": role.value, "display_name": person.display_name}
    audit.record(actor=actor, action="user.created", object=person, after=after)
    return person


@transaction.atomic
def change_person(
    *,
    person: User,
    actor: User,
    role: Role | None = None,
    is_active: bool | None = None,
    display_name: str | None = None,
) -> User:
    """Another role or name, or switched off or on again; what is None stays. Audited as "user.changed".

    Whoever is switched off or gets another role has their sockets closed at once. Raises LastAdministrator where nobody
    else active would be an administrator, and for one's own role or access.
    """
    administrators = User.objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True)
    administrator_pks = {row.pk for row in administrators.order_by("pk")}  # held: two cannot remove each other
    locked = User.objects.select_for_update().get(pk=person.pk)
    wanted = {"role": role and role.value, "is_active": is_active, "display_name": display_name}
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(locked, name)}
    loses = "role" in changes or changes.get("is_active") is False
    if loses and (locked.pk == actor.pk or administrator_pks == {locked.pk}):
        raise LastAdministrator()
    if not changes:
        return locked
    before = {name: getattr(locked, name) for name in changes}
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changes))
    audit.record(actor=actor, action="user.changed", object=locked, before=before, after=changes)
    if loses:
        tenant, person_id = current_tenant(), locked.public_id
        transaction.on_commit(lambda: close_sockets(tenant, "user", person_id))
    return locked


def _close(ids: list[UUID]) -> None:
    if ids:
        transaction.on_commit(partial(close_many, current_tenant(), "session", ids))
