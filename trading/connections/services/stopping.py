"""Entries on one connection: stopped with a cause, allowed again; and the proof that our books and the venue's agree.

For the trader, which calls these every few seconds: one row, one statement or two. Exits are asked of nobody.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.money import exact
from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.errors import BadConnection, NotTested, StillDrifting
from trading.connections.models import Connection
from trading.connections.services.changing import changed, locked, tell
from trading.connections.types import Status, StopCause

if TYPE_CHECKING:
    from tenants.audit.types import Actor

DRIFTED = _("Our books and the exchange's differ.")
_REASON_MAX = 300


@transaction.atomic
def record_proof(*, connection: Connection, drift: Decimal, at: datetime) -> Connection:
    """Our books were held against the venue's at `at` and differed by `drift`, 0 for not at all.

    A difference stops entries until a later proof finds none. An older proof than the last changes nothing.
    """
    row = locked(connection)
    if row.last_proven_at is not None and at < row.last_proven_at:
        return row
    before, row.drift, row.last_proven_at = row.drift, exact(drift), at
    row.save(update_fields=["drift", "last_proven_at"])
    if row.drift:
        return _stop(row, reason=DRIFTED, cause=StopCause.DRIFT, actor=None)
    if row.entries_stopped_cause == StopCause.DRIFT:
        return _allow(row, actor=None, reason="")
    if before != row.drift:
        tell(row, "proven")
    return row


@transaction.atomic
def stop_entries(
    *, connection: Connection, reason: str, cause: StopCause = StopCause.OTHER, actor: Actor | None = None
) -> Connection:
    """Nothing new is bought on this connection until it is allowed again. Stopping twice keeps the first stop, but that
    a stop for drift, which ends by itself, gives way to one that does not. Raises BadConnection without a reason.
    """
    if not reason.strip():
        raise BadConnection(_("Say why entries stop."))
    return _stop(locked(connection), reason=reason.strip()[:_REASON_MAX], cause=cause, actor=actor)


@transaction.atomic
def allow_entries(*, connection: Connection, actor: Actor | None = None, reason: str = "") -> Connection:
    """Buy again on this connection. Raises StillDrifting while our books and the venue's differ, NotTested while its
    key is refused: test it and activate it.
    """
    row = locked(connection)
    if row.drift:
        raise StillDrifting(drift=str(row.drift))
    if row.status == Status.REFUSED or row.entries_stopped_cause == StopCause.RIGHTS:
        raise NotTested(connection=str(row.public_id))
    return _allow(row, actor=actor, reason=reason.strip()[:_REASON_MAX]) if row.entries_stopped_at else row


def set_stop(row: Connection, *, reason: str, cause: StopCause) -> bool:
    """Set the stop on a locked row; whether that changed anything. The caller saves it."""
    if row.entries_stopped_at and not (row.entries_stopped_cause == StopCause.DRIFT != cause):
        return False
    row.entries_stopped_at = row.entries_stopped_at or clock.now()
    row.entries_stopped_cause, row.entries_stopped_reason = cause.value, reason
    return True


def clear_stop(row: Connection) -> None:
    """Take the stop off a locked row. The caller saves it."""
    row.entries_stopped_at, row.entries_stopped_cause, row.entries_stopped_reason = None, "", ""


@transaction.atomic
def note_clock(*, connection: Connection, offset_ms: int) -> None:
    """The venue's time less ours, as the trader measured it."""
    Connection.objects.filter(pk=connection.pk).update(clock_offset_ms=offset_ms)


@transaction.atomic
def note_circuit(*, connection: Connection, state: str) -> None:
    """What the circuit breaker of this connection says: "" for closed, else words such as "open until 12:00:05"."""
    row = locked(connection)
    if row.circuit != state[:40]:
        row.circuit = state[:40]
        row.save(update_fields=["circuit"])
        tell(row, "proven")


def _stop(row: Connection, *, reason: str, cause: StopCause, actor: Actor | None) -> Connection:
    if not set_stop(row, reason=reason, cause=cause):
        return row
    after = {"reason": reason, "cause": cause.value, "drift": str(row.drift)}
    return changed(row, "entries_stopped", actor=actor, after=after)


def _allow(row: Connection, *, actor: Actor | None, reason: str) -> Connection:
    before = {"reason": row.entries_stopped_reason, "cause": row.entries_stopped_cause}
    clear_stop(row)
    return changed(row, "entries_allowed", actor=actor, before=before, after={"reason": reason})
