"""What the benchmark of orders stands on: a tenant with an account at a sandbox exchange, the trader as a process."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from benchmarks.stage import SLUG
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.services import create_tenant
from tests.web.stage import given_market
from trading.connections.services import activate, create_connection
from trading.connections.types import Credentials, Kind
from trading.exchanges.types import OrderKind
from trading.execution.crash.stage import Control, exchange, free_port
from trading.execution.requests import Asked
from trading.execution.services import stop_everything
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.services.record import record_intents
from trading.execution.types import IntentDraft
from trading.marketdata.selectors import instruments
from trading.portfolio.models import Portfolio

SYMBOL, PRICE, QUANTITY = "BTC/USDT", Decimal(50_000), Decimal("0.001")
CASH = Decimal(1_000_000)
ORDERS_MAX = 5_000  # of a pair that may be open at the exchange
READY_WITHIN_S = 60
_LEASED = "SELECT count(*) FROM trading_execution_lease WHERE connection_id = %s AND epoch > %s AND proven_to_ms > %s"
_EPOCH = "SELECT coalesce(max(epoch), 0) FROM trading_execution_lease WHERE connection_id = %s"
_RESTLESS = """
    SELECT count(*) FROM trading_execution_intent
    WHERE portfolio_id = %s AND (state IN ('recorded', 'sending') OR state = 'acked' AND purpose <> 'protect')
"""
_RESTING = """
    SELECT count(*) FROM trading_execution_intent WHERE portfolio_id = %s AND state = 'acked' AND purpose = 'entry'
"""


@dataclass(frozen=True, slots=True)
class OrdersStage:
    """An account at the exchange and the connection that writes to it."""

    tenant: TenantCtx
    control: Control
    journal: Path
    owner_id: UUID
    connection_pk: int
    portfolio_pk: int
    instrument: Instrument

    def move(self, price: Decimal) -> None:
        """The market jumps to `price`."""
        self.control.post("price", {"symbol": SYMBOL.replace("/", ""), "price": f"{price:f}"})

    def record(self, stops: list[Decimal]) -> int:
        """Record an entry for each stop, as a cycle does; the moment (ns) just before their transaction commits."""
        limit = PRICE * Decimal("1.02")
        drafts = [
            IntentDraft(
                id=new_id(),
                portfolio_pk=self.portfolio_pk,
                purpose="entry",
                side=Side.BUY,
                instrument_id=self.instrument.id,
                quantity=QUANTITY,
                bot_id=new_id(),
                limit_price=limit,
                stop_price=stop,
                reserved=QUANTITY * limit * Decimal("1.001"),
            )
            for stop in stops
        ]
        with transaction.atomic():
            record_intents(drafts=drafts, slot_ms=0)
            return time.time_ns()

    def rest(self, count: int) -> None:
        """Record entries by hand that wait at the exchange, far below the price."""
        limit = PRICE / 2
        drafts = [
            IntentDraft(
                id=new_id(),
                portfolio_pk=self.portfolio_pk,
                purpose="entry",
                side=Side.BUY,
                instrument_id=self.instrument.id,
                quantity=QUANTITY,
                limit_price=limit,
                stop_price=limit / 2,
                reserved=QUANTITY * limit * Decimal("1.001"),
                spec=json.dumps({"venue": Asked(OrderKind.LIMIT).as_json()}),
            )
            for _ in range(count)
        ]
        record_intents(drafts=drafts, slot_ms=0)

    def resting(self) -> int:
        """Entries that work at the exchange, as our books know."""
        return int(query(_RESTING, [self.portfolio_pk])[0][0])

    def stop(self) -> None:
        """Stop the portfolio's trading."""
        stop_everything(portfolio=Portfolio.objects.get(pk=self.portfolio_pk), by="bench", reason="bench")

    def restless(self) -> int:
        """Intents that are neither final nor a stop at rest."""
        return int(query(_RESTLESS, [self.portfolio_pk])[0][0])


@contextmanager
def orders_stage() -> Iterator[OrdersStage]:
    """Inside the new tenant, whose account at a sandbox exchange without limits is active and has cash."""
    tenant = create_tenant(slug=SLUG, name="Bench", hosts=(f"{SLUG}.localhost",))
    with exchange(free_port(), seed=1) as (control, url, journal), in_tenant(tenant):
        given_market()
        listed = {instrument.symbol: instrument for instrument in instruments().values()}
        _widen(control)
        yield _open(tenant, control, url, journal, listed[SYMBOL])


def _widen(control: Control) -> None:
    """The pair takes as many open orders as the benchmark leaves there."""
    [market] = [each for each in control.post("markets", [])["markets"] if each["symbol"] == SYMBOL.replace("/", "")]
    wide = {"max_orders": ORDERS_MAX, "max_stops": ORDERS_MAX, "level_worth": "10000000"}
    control.post("markets", market | wide)
    control.post("price", {"symbol": market["symbol"], "price": str(PRICE)})


def _open(tenant: TenantCtx, control: Control, url: str, journal: Path, instrument: Instrument) -> OrdersStage:
    keys = Credentials(Secret(f"bench-{secrets.token_hex(8)}"), Secret(secrets.token_urlsafe(32)))
    account = {
        "api_key": keys.api_key.reveal(),
        "secret": keys.secret.reveal(),
        "balances": {"USDT": str(CASH)},
        "rights": {"trade": True, "withdraw": False, "transfer": False, "ip_restrict": True},
    }
    control.post("accounts", account)
    owner = get_user_model().objects.create_superuser("trader@bench.example", None)
    connection = create_connection(
        owner=owner, venue="binance", kind=Kind.SANDBOX, label="Bench", credentials=keys, base_url=url
    )
    activate(connection=connection, actor=owner)
    portfolio = portfolio_of_connection(connection_pk=connection.pk, cash=CASH)
    return OrdersStage(tenant, control, journal, owner.public_id, connection.pk, portfolio.pk, instrument)


@dataclass(frozen=True, slots=True)
class Trader:
    """The trader's process. stamps: where it writes the moments (ns) at which a request's first byte had left."""

    pid: int
    stamps: Path

    def first_bytes(self) -> list[int]:
        """Those moments so far."""
        return [int(line) for line in self.stamps.read_text().split()] if self.stamps.exists() else []

    def cpu_s(self) -> float:
        """Seconds of a processor that the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def trader(stage: OrdersStage, *, stamped: bool) -> Iterator[Trader]:
    """The trader, with the windows of production, once it has proved the account's books."""
    [(epoch,)] = query(_EPOCH, [stage.connection_pk])
    began_ms = time.time_ns() // 1_000_000
    with tempfile.TemporaryDirectory(prefix="cu-bench-") as folder:
        stamps = Path(folder) / "stamps"
        command = [sys.executable, "-m", "benchmarks.orders_trader", *([str(stamps)] if stamped else [])]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR)
        try:
            deadline = time.monotonic() + READY_WITHIN_S
            while not query(_LEASED, [stage.connection_pk, epoch, began_ms])[0][0]:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the trader is not ready")
                time.sleep(0.1)
            yield Trader(process.pid, stamps)
        finally:
            process.terminate()
            process.wait(20)
