"""One writer per connection: an advisory lock says who, a fencing number says since when.

The lock lives on a connection of its own, so that it ends with the process. The number is raised by each taking and is
read inside every transaction that lets an order leave: a writer that lost the lock without knowing it sends nothing.
"""

from __future__ import annotations

from uuid import UUID

import psycopg
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.crashpoints import crashpoint
from trading.execution.database_line import conninfo
from trading.execution.types import Desk

_TAKE = """
    INSERT INTO trading_execution_lease AS l (connection_id, epoch, holder, taken_at, proven_to_ms)
    VALUES (%s, 1, %s, %s, %s)
    ON CONFLICT (connection_id) DO UPDATE
    SET epoch = l.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at
    RETURNING epoch
"""


class LeaseLocks:
    """The locks that this process holds, on one database connection of their own. Not for several threads at once."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(conninfo(), autocommit=True)

    def try_lock(self, connection_id: UUID) -> bool:
        """Whether this process now holds the connection's lock. Raises psycopg.OperationalError without a database."""
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [_key(connection_id)]).fetchone()
        return bool(row and row[0])

    def unlock(self, connection_id: UUID) -> None:
        """Let another process take the connection."""
        self._connection.execute("SELECT pg_advisory_unlock(%s)", [_key(connection_id)])

    def check(self) -> None:
        """Raises psycopg.OperationalError when the database connection, and every lock with it, is gone."""
        self._connection.execute("SELECT 1")

    def close(self) -> None:
        """Give all locks back."""
        self._connection.close()


@transaction.atomic
def raise_epoch(*, connection_pk: int, holder: str) -> int:
    """The fencing number of a new lease; every earlier one is worth nothing from this commit on. The lock comes first.

    Before the first lease there is no order of ours: what is held against the venue begins with it.
    """
    now = clock.now()
    [(epoch,)] = query(_TAKE, [connection_pk, holder, now, clock.to_ms(now)])
    transaction.on_commit(lambda: crashpoint("lease.taken"))
    return int(epoch)


def proven_to_ms(desk: Desk) -> int:
    """Up to when, by the venue's clock, the connection's books were held against the venue's."""
    rows = query("SELECT proven_to_ms FROM trading_execution_lease WHERE connection_id = %s", [desk.connection_pk])
    return int(rows[0][0]) if rows else 0


def _key(connection_id: UUID) -> int:
    return connection_id.int & 0x7FFF_FFFF_FFFF_FFFF
