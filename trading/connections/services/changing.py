"""What every write of a connection ends with: saved, audited, published, and told to the trader at the commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.events.services import publish_on_commit
from tenants.audit.services import record
from trading.connections.errors import KeyInUse, LabelTaken, UnknownConnection
from trading.connections.events import CHANNEL, ConnectionChanged
from trading.connections.models import Connection
from trading.connections.types import Status

if TYPE_CHECKING:
    from tenants.audit.types import Actor

_TAKEN = {"connection_label_once": LabelTaken, "connection_one_writer_per_key": KeyInUse}


def locked(connection: Connection) -> Connection:
    """The connection as it is now, locked until the transaction ends. Raises UnknownConnection once it is deleted."""
    rows = Connection.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    row = rows.filter(pk=connection.pk).first()
    if row is None or row.status == Status.DELETED:
        raise UnknownConnection(connection=str(connection.public_id))
    return row


def saved(connection: Connection) -> None:
    """Save it. Raises LabelTaken or KeyInUse where a twin was first."""
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name in _TAKEN:
            raise _TAKEN[name](label=connection.label, venue=connection.venue) from None
        raise


def tell(connection: Connection, what: str) -> None:
    """Publish that it changed, for pages, and notify who listens to the database, which is the trader."""
    publish_on_commit([ConnectionChanged(connection.public_id, connection.owner.public_id, what)])
    query("SELECT pg_notify(%s, %s)", [CHANNEL, f"{current_tenant().id} {connection.public_id} {what}"])


def changed(
    connection: Connection,
    what: str,
    *,
    actor: Actor | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Connection:
    """Save it, record what `actor` (None: the product itself) did, and tell of it."""
    saved(connection)
    record(actor=actor, action=f"connection.{what}", object=connection, before=before, after=after)
    tell(connection, what)
    return connection
