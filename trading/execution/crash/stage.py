"""The stage of a crash test: a scratch tenant, a sandbox exchange, and one account for each semantics of client ids."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib.auth import get_user_model

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.secret import Secret
from trading.connections.services import activate, create_connection
from trading.connections.types import Credentials, Kind
from trading.execution.crash.plan import SEMANTICS, faults_of, lag_ms_of
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.types import Windows
from trading.marketdata.selectors import instruments
from trading.marketdata.services import simulate_market

START_CASH = Decimal(1_000_000)
UP_WITHIN_S = 20
PAUSE_MS = 50
_SIMULATED_UNTIL_MS = 1_704_070_800_000  # an hour into the simulated market: its instruments are listed
PRICES = {"BTC/USDT": "50000", "ETH/USDT": "3000", "XRP/USDT": "0.6"}  # two reads each in every reconciliation


@dataclass(frozen=True, slots=True)
class Account:
    """One connection of the test, and the account at the sandbox behind it."""

    semantics: str
    connection_pk: int
    portfolio_pk: int
    credentials: Credentials

    @property
    def api_key(self) -> str:
        """Names the account in the journal."""
        return self.credentials.api_key.reveal()


@dataclass(frozen=True, slots=True)
class CrashStage:
    """All that a session needs to know. factor: what the protocol's waiting times are scaled by."""

    url: str
    journal: Path
    accounts: dict[str, Account]
    instruments: tuple[Instrument, ...]
    prices: dict[str, Decimal]
    windows: Windows


class Control:
    """The sandbox's control interface."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def post(self, path: str, body: Any) -> Any:
        """The answer to `body`, posted to `/sandbox/<path>`."""
        return self._ask(path, json.dumps(body).encode())

    def get(self, path: str) -> Any:
        """What `/sandbox/<path>` says."""
        return self._ask(path, None)

    def wait(self) -> None:
        """Until it answers; raises URLError after 20 seconds."""
        deadline = time.monotonic() + UP_WITHIN_S
        while True:
            try:
                self.get("health")
            except (URLError, ConnectionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_MS / 1000)
            else:
                return

    def _ask(self, path: str, body: bytes | None) -> Any:
        headers = {"Content-Type": "application/json", "X-Sandbox-Token": self._token}
        request = Request(f"{self._url}/sandbox/{path}", data=body, headers=headers)  # noqa: S310  # http, our own
        with urlopen(request, timeout=10) as answer:  # noqa: S310  # see above
            return json.loads(answer.read() or b"null")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def exchange(port: int, *, seed: int) -> Iterator[tuple[Control, str, Path]]:
    """A sandbox exchange in a process and a folder of its own: its control, its address, its journal."""
    url, token = f"http://127.0.0.1:{port}", secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory(prefix="cu-crash-") as folder:
        command = [sys.executable, "-m", "trading.sandbox", "--port", str(port), "--home", folder, "--seed", str(seed)]
        limits = ["--weight-per-minute", "0", "--orders-per-10s", "0", "--orders-per-day", "0"]
        process = subprocess.Popen(  # noqa: S603  # our own command line
            [*command, *limits, f"--control-token={token}"], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
        )
        try:
            control = Control(url, token)
            control.wait()
            yield control, url, Path(folder) / "journal.jsonl"
        finally:
            process.terminate()
            process.wait(10)


def set_stage(control: Control, url: str, journal: Path, *, factor: Decimal, seed: int) -> CrashStage:
    """Accounts at the sandbox and connections to them, in the active tenant, and the faults that all of them meet."""
    listed = _instruments()
    prices = {instrument.symbol: Decimal(PRICES[instrument.symbol]) for instrument in listed}
    for symbol, price in prices.items():
        control.post("price", {"symbol": symbol.replace("/", ""), "price": str(price)})
    accounts = {semantics: _account(control, url, semantics, lag_ms_of(factor)) for semantics in SEMANTICS}
    for account in accounts.values():
        control.post("faults", {"account": account.api_key, "seed": seed, "faults": faults_of(factor)})
    return CrashStage(url, journal, accounts, listed, prices, Windows().scaled(factor))


def _instruments() -> tuple[Instrument, ...]:
    found = [i for i in instruments().values() if i.symbol in PRICES]
    if len({i.symbol for i in found}) < len(PRICES):
        simulate_market(until_ms=_SIMULATED_UNTIL_MS)
        found = [i for i in instruments().values() if i.symbol in PRICES]
    return tuple({i.symbol: i for i in found}.values())


def _account(control: Control, url: str, semantics: str, lag_ms: int) -> Account:
    name = f"{semantics}-{secrets.token_hex(8)}"
    credentials = Credentials(Secret(f"crash-{name}"), Secret(secrets.token_urlsafe(32)))
    balances = {"USDT": str(START_CASH)}
    control.post(
        "accounts",
        {
            "api_key": credentials.api_key.reveal(),
            "secret": credentials.secret.reveal(),
            "balances": balances,
            "rights": {"trade": True, "withdraw": False, "transfer": False, "ip_restrict": True},
            "client_ids": semantics,
            "visibility_lag_ms": lag_ms,
        },
    )
    # an operator, who alone may name an address
    owner = get_user_model().objects.create_superuser(f"{name}@example.com", None)
    connection = create_connection(
        owner=owner, venue="binance", kind=Kind.SANDBOX, label=semantics, credentials=credentials, base_url=url
    )
    activate(connection=connection, actor=owner)
    portfolio = portfolio_of_connection(connection_pk=connection.pk, cash=START_CASH)
    return Account(semantics, connection.pk, portfolio.pk, credentials)
