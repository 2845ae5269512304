"""A practice account at the sandbox exchange, opened with a key that we make: nothing has to be typed."""

from __future__ import annotations

import http.client
import json
import secrets
import string
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings

from cryptouniverse.kernel.secret import Secret
from trading.connections.errors import NoSandbox, SandboxUnavailable
from trading.connections.models import Connection
from trading.connections.services.creating import create_connection, free_label
from trading.connections.types import Credentials, Kind

if TYPE_CHECKING:
    from accounts.users.models import User

VENUE: Final = "binance"  # whose protocol the sandbox speaks
START: Final = {"USDT": Decimal(100_000)}
_ALPHABET = string.ascii_letters + string.digits
_KEY_LENGTH = 64  # as long as the exchange's own
_TIMEOUT_S = 10


def open_sandbox_account(*, owner: User, label: str, balances: Mapping[str, Decimal] | None = None) -> Connection:
    """A tested sandbox connection with play money at a fresh account of its own, audited as "connection.created".

    balances: of the account, asset to amount; 100,000 USDT if not said. Raises NoSandbox, SandboxUnavailable,
    LabelTaken, or what `create_connection` raises; an account that was opened is then left unused.
    """
    label = free_label(owner, label)
    credentials = Credentials(_made(), _made())
    _open(credentials, balances or START)
    return create_connection(owner=owner, venue=VENUE, kind=Kind.SANDBOX, label=label, credentials=credentials)


def show_bars(bars: Sequence[Mapping[str, object]]) -> None:
    """Let the sandbox's market walk through closed bars, each {symbol, open_ms, open, high, low, close, volume}.

    A bar that it has seen changes nothing. Raises SandboxUnavailable.
    """
    status = _post("/sandbox/bars", json.dumps(list(bars)))
    if not 200 <= status < 300:
        raise SandboxUnavailable(reason=f"HTTP {status}")


def _open(credentials: Credentials, balances: Mapping[str, Decimal]) -> None:
    body = {
        "api_key": credentials.api_key.reveal(),
        "secret": credentials.secret.reveal(),
        "balances": {asset: format(amount, "f") for asset, amount in balances.items()},
    }
    status = _post("/sandbox/accounts", json.dumps(body))
    if not 200 <= status < 300:
        raise SandboxUnavailable(reason=f"HTTP {status}")


def _post(path: str, body: str) -> int:
    """The status of the sandbox's answer. Its words are not read: they could repeat the key."""
    cu = settings.CU
    parts = urlsplit(cu.cu_sandbox_url)
    if not parts.hostname:
        raise NoSandbox
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    client = made(parts.hostname, parts.port, timeout=_TIMEOUT_S)
    headers = {"Content-Type": "application/json"}
    if cu.cu_sandbox_token is not None:
        headers["X-Sandbox-Token"] = cu.cu_sandbox_token.get_secret_value()
    try:
        client.request("POST", parts.path.rstrip("/") + path, body, headers)
        return client.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise SandboxUnavailable(reason=type(error).__name__) from None
    finally:
        client.close()


def _made() -> Secret:
    return Secret("".join(secrets.choice(_ALPHABET) for _ in range(_KEY_LENGTH)))
