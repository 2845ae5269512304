"""Writing people's sessions. Ending one deletes its row: the next request is nobody's, and its sockets close."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.db import transaction

from accounts.users.models import Session, User
from accounts.users.selectors import sessions_for
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


def _close(ids: list[UUID]) -> None:
    if ids:
        transaction.on_commit(partial(close_many, current_tenant(), "session", ids))
