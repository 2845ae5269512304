"""Switching a connection on and off, naming it, replacing its key, deleting it. Each is audited in its transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cryptouniverse.kernel import clock
from trading.connections.errors import NotTested, PaperHasNoVenue, UnknownConnection
from trading.connections.models import Connection
from trading.connections.services.changing import changed, locked
from trading.connections.services.checking import set_finding
from trading.connections.services.creating import free_label, require_free_key, try_credentials
from trading.connections.services.keeping import destroy_credentials, fingerprint_of, keep_credentials
from trading.connections.services.living import require_live, require_terms
from trading.connections.services.stopping import DRIFTED, clear_stop, set_stop
from trading.connections.types import Credentials, Finding, Kind, Status, StopCause

if TYPE_CHECKING:
    from tenants.audit.types import Actor


@transaction.atomic
def activate(*, connection: Connection, actor: Actor) -> Connection:
    """From now on the trader serves the account and entries may go there. An active connection stays as it is.

    Lifts a stop for the key's rights: they were tested since. Live money asks for more before a bot uses it: see
    `allow_autonomous`. Raises LiveNotAllowed, TermsNotAccepted, NotTested or KeyInUse.
    """
    row = locked(connection)
    if row.status == Status.ACTIVE:
        return row
    if row.kind == Kind.LIVE:
        require_terms(row.terms_version)
        require_live(row.venue)
    if row.status not in {Status.TESTED, Status.INACTIVE} or row.check_error:
        raise NotTested(connection=str(row.public_id))
    require_free_key(venue=row.venue, fingerprint=row.key_fingerprint, but=row)
    before, row.status = row.status, Status.ACTIVE.value
    row.served_since = row.served_since or clock.now()
    if row.entries_stopped_cause == StopCause.RIGHTS:
        clear_stop(row)
        if row.drift:
            set_stop(row, reason=DRIFTED, cause=StopCause.DRIFT)
    return changed(row, "activated", actor=actor, before={"status": before}, after={"status": row.status})


@transaction.atomic
def deactivate(*, connection: Connection, actor: Actor) -> Connection:
    """No more entries there. Stops, targets and exits of what is open go on: they are never blocked.

    Raises NotTested for a connection that was never active.
    """
    row = locked(connection)
    if row.status == Status.INACTIVE:
        return row
    if row.served_since is None or row.status == Status.REFUSED:
        raise NotTested(connection=str(row.public_id))
    before, row.status = row.status, Status.INACTIVE.value
    return changed(row, "deactivated", actor=actor, before={"status": before}, after={"status": row.status})


@transaction.atomic
def rename(*, connection: Connection, label: str, actor: Actor) -> Connection:
    """Give it another label. Raises BadConnection or LabelTaken."""
    row = locked(connection)
    before, row.label = row.label, free_label(row.owner, label, but=row)
    if row.label == before:
        return row
    return changed(row, "renamed", actor=actor, before={"label": before}, after={"label": row.label})


def rotate(*, connection: Connection, credentials: Credentials, actor: Actor) -> Connection:
    """Replace the key by another of the same account. The new one is tested first; the old one goes in the same commit.

    The trader opens the new one at once. A refused connection becomes tested. Raises as `create_connection` does, and
    then the old key stays.
    """
    if connection.kind == Kind.PAPER:
        raise PaperHasNoVenue(connection=str(connection.public_id))
    kind, base_url = Kind(connection.kind), connection.base_url
    finding = try_credentials(venue=connection.venue, kind=kind, base_url=base_url, credentials=credentials)
    return _replaced(connection, credentials, finding, actor)


@transaction.atomic
def delete(*, connection: Connection, actor: Actor) -> None:
    """Destroy the key and let the account go, at once; the row stays for the books. Deleting again changes nothing.

    What is open at the exchange stays there, with its stops, and is not managed any more.
    """
    try:
        row = locked(connection)
    except UnknownConnection:
        return
    before = row.status
    destroy_credentials(row)
    row.status, row.served_since, row.check_asked_at = Status.DELETED.value, None, None
    changed(row, "deleted", actor=actor, before={"status": before, "label": row.label})


@transaction.atomic
def _replaced(connection: Connection, credentials: Credentials, finding: Finding, actor: Actor) -> Connection:
    row = locked(connection)
    fingerprint = fingerprint_of(venue=row.venue, api_key=credentials.api_key)
    if row.served_since is not None:
        require_free_key(venue=row.venue, fingerprint=fingerprint, but=row)
    before = {"version": row.secrets_version, "status": row.status}
    keep_credentials(row, credentials)
    set_finding(row, finding)
    if row.status in {Status.REFUSED, Status.DRAFT}:
        row.status = Status.TESTED.value
    after = {"version": row.secrets_version, "status": row.status}
    return changed(row, "rotated", actor=actor, before=before, after=after)
