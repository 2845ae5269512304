"""What execution asks of connections: their venue, opened, and what it has to say of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import write
from trading.connections.models import Connection
from trading.connections.services import open_credentials
from trading.connections.services.keeping import keep_credentials
from trading.connections.types import Credentials
from trading.exchanges.services import order_venue
from trading.exchanges.types import OrderVenue


def connection_by_pk(pk: int) -> Connection:
    return Connection.objects.get(pk=pk)


def open_venue(pk: int) -> OrderVenue:
    connection = connection_by_pk(pk)
    credentials = open_credentials(connection)
    return order_venue(venue=connection.venue, api_key=credentials.api_key, secret=credentials.secret, base_url=connection.base_url)


def sandbox_connection(*, owner: Any, label: str, credentials: Credentials, base_url: str) -> Connection:
    from django.db import transaction
    with transaction.atomic():
        connection = Connection.objects.create(owner=owner, venue="binance", label=label, kind="sandbox", base_url=base_url)
        keep_credentials(connection, credentials)
        connection.status = "active"
        connection.served_since = clock.now()
        connection.may_trade, connection.may_withdraw, connection.may_transfer = True, False, False
        connection.save()
    return connection


def record_proof(*, connection_pk: int, drift: Decimal, at: Any) -> None:
    write("UPDATE trading_connections_connection SET drift = %s, last_proven_at = %s WHERE id = %s", [drift, at, connection_pk])


def stop_entries(*, connection_pk: int, reason: str) -> None:
    write("UPDATE trading_connections_connection SET entries_stopped_at = coalesce(entries_stopped_at, %s), entries_stopped_cause = 'drift', entries_stopped_reason = %s WHERE id = %s", [clock.now(), reason, connection_pk])


def allow_entries(*, connection_pk: int, reason: str) -> None:
    write("UPDATE trading_connections_connection SET entries_stopped_at = NULL, entries_stopped_cause = '', entries_stopped_reason = '' WHERE id = %s AND entries_stopped_reason = %s", [connection_pk, reason])
def check_asked_for(): pass
def refuse_key(pk, why): pass
def show_circuit(pk, what): pass
