"""Connections to test with: a key, a row that has it sealed, and the same row in another state."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.secret import Secret
from trading.connections.models import Connection
from trading.connections.services.keeping import keep_credentials
from trading.connections.types import Credentials, Kind, Status

API_KEY = "k7QwZr2VbNcMxLpTgYhUjKiOaSdFgHjKlQwErTyUiOpZxCvBnM"
SECRET = "s9PlOkMiJnUhBgYvTfCrDxEsZwAqWsEdRfTgYhUjIkOlPmNbVcX"


def credentials(api_key: str = API_KEY, secret: str = SECRET, passphrase: str = "") -> Credentials:
    return Credentials(Secret(api_key), Secret(secret), Secret(passphrase) if passphrase else None)


@transaction.atomic
def given_connection(owner, *, label: str = "Main", keys: Credentials | None = None, **fields: Any) -> Connection:
    """An active sandbox connection with its key sealed, or what `fields` say of it."""
    facts = {"venue": "binance", "kind": Kind.SANDBOX.value, "status": Status.ACTIVE.value, "may_trade": True, **fields}
    if facts["status"] == Status.ACTIVE:
        facts.setdefault("served_since", clock.now())
    connection = Connection(owner=owner, label=label, **{**facts, "status": Status.DRAFT.value, "served_since": None})
    connection.save(force_insert=True)
    if facts["kind"] != Kind.PAPER:
        keep_credentials(connection, keys or credentials())
    connection.status, connection.served_since = facts["status"], facts.get("served_since")
    connection.save()
    return connection
