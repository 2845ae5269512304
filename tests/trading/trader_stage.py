"""The trader's house at work in a thread of this process, over real commits and a sandbox in a process."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Event
from time import monotonic
from typing import Any

from django.db import connection

from credits.ledger.services import top_up
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.money import Credits
from tests.people import member
from tests.trading.connections_cast import credentials, given_connection
from tests.trading.marketdata_cast import given_instrument
from trading.connections.models import Connection
from trading.connections.services import opening
from trading.connections.venues import reached_by
from trading.exchanges.services import no_budget, order_venue
from trading.exchanges.types import OrderKind
from trading.execution.models import Fill, Intent, Lease, Order
from trading.execution.requests import Asked
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.services.record import record_intents
from trading.execution.trader.house import House
from trading.execution.types import IntentDraft, Windows
from trading.portfolio.models import Portfolio, Position

WITHIN_S = 60
PRICES = {"BTCUSDT": "100", "ETHUSDT": "50"}
# A tenth of real time and less, but for the window: the machine that runs this may be busy.
WINDOWS = replace(Windows().scaled(Decimal("0.05")), window_ms=1_500, reconcile_ms=250)
ONLY_WHEN_TOLD = replace(WINDOWS, idle_ms=600_000, reconcile_ms=600_000)


@dataclass(frozen=True, slots=True)
class Held:
    """A connection that the trader serves, and its account at the sandbox."""

    key: str
    pk: int
    portfolio_pk: int
    sandbox: Any

    @property
    def row(self) -> Connection:
        return Connection.objects.select_related("owner").get(pk=self.pk)

    @property
    def lease(self) -> Lease:
        return Lease.objects.get(connection_id=self.pk)

    @property
    def portfolio(self) -> Portfolio:
        return Portfolio.objects.get(pk=self.portfolio_pk)

    def habits(self, **changes: Any) -> None:
        """Change the account at the sandbox."""
        self.sandbox.control("accounts", {"api_key": self.key, **changes})

    def faults(self, *faults: dict[str, Any]) -> None:
        """What goes wrong with this account's requests from now on, instead of what did so far."""
        self.sandbox.control("faults", {"account": self.key, "seed": 1, "faults": list(faults)})

    def accepted(self) -> list[str]:
        """The client ids of all that the venue has accepted from this account, first to last."""
        facts = self.sandbox.journal("order_accepted")
        return [fact["sentClientOrderId"] for fact in facts if fact["account"] == self.key]

    def struck(self, intent: Intent) -> bool:
        """Whether a fault has met the request of this intent's order."""
        facts = self.sandbox.journal("fault_applied")
        return any(fact["sentClientOrderId"] == intent.client_order_id for fact in facts)

    def intents(self) -> list[str]:
        """Every intent as text: `entry filled`."""
        rows = Intent.objects.filter(portfolio_id=self.portfolio_pk).order_by("pk")
        return [f"{row.purpose} {row.state}" for row in rows]

    def state(self, intent: Intent) -> str:
        return Intent.objects.get(pk=intent.pk).state


def hold(sandbox: Any, key: str = "anna", *, balances: dict[str, str] | None = None) -> Held:
    """An account at the sandbox, and an active connection to it whose portfolio has the account's cash."""
    balances = balances or {"USDT": "10000"}
    sandbox.account(key, balances=balances)
    user = member(f"{key}-{new_id()}@example.com")
    top_up(user=user, amount=Credits(1000), currency="PRACTICE", idempotency_key=f"{user.pk}:first", reason="test")
    keys = credentials(api_key=key, secret=f"{key}-secret")
    row = given_connection(user, label=key, keys=keys, base_url=sandbox.url)
    portfolio = portfolio_of_connection(connection_pk=row.pk, cash=Decimal(balances["USDT"]))
    return Held(key, row.pk, portfolio.pk, sandbox)


def priced(sandbox: Any) -> None:
    """Both instruments are listed here, and have their price there."""
    for symbol, price in PRICES.items():
        given_instrument(f"binance:{symbol.removesuffix('USDT')}/USDT")
        sandbox.control("price", {"symbol": symbol, "price": price})


def wish(held: Held, base: str = "BTC", *, quantity: str = "0.2", target: str = "") -> Intent:
    """A recorded and committed entry at no more than 1% above the price, with a stop 10% below, and its target."""
    price = Decimal(PRICES[f"{base}USDT"])
    draft = IntentDraft(
        id=new_id(),
        portfolio_pk=held.portfolio_pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=f"binance:{base}/USDT",
        quantity=Decimal(quantity),
        bot_id=new_id(),
        limit_price=price * Decimal("1.01"),
        stop_price=price * Decimal("0.9"),
        target_price=Decimal(target) if target else None,
        reserved=price * Decimal(quantity) * Decimal("1.02"),
    )
    [recorded] = record_intents(drafts=[draft], slot_ms=0)
    return Intent.objects.get(pk=recorded.pk)


def rest(held: Held, count: int) -> list[Intent]:
    """Recorded and committed entries by hand that wait at the venue, 10% below the price."""
    price = Decimal(PRICES["BTCUSDT"]) * Decimal("0.9")
    drafts = [
        IntentDraft(
            id=new_id(),
            portfolio_pk=held.portfolio_pk,
            purpose="entry",
            side=Side.BUY,
            instrument_id="binance:BTC/USDT",
            quantity=Decimal("0.2"),
            limit_price=price,
            stop_price=price * Decimal("0.9"),
            reserved=price * Decimal("0.2") * Decimal("1.001"),
            spec=json.dumps({"venue": Asked(OrderKind.LIMIT).as_json()}),
        )
        for _ in range(count)
    ]
    keys = [recorded.pk for recorded in record_intents(drafts=drafts, slot_ms=0)]
    return list(Intent.objects.filter(pk__in=keys))


def leave(held: Held, position: Position) -> Intent:
    """A recorded and committed exit of the whole position."""
    draft = IntentDraft(
        id=new_id(),
        portfolio_pk=held.portfolio_pk,
        purpose="exit",
        side=Side.SELL,
        instrument_id=position.instrument_id,
        quantity=position.quantity,
        bot_id=position.bot_id,
        position_pk=position.pk,
    )
    [recorded] = record_intents(drafts=[draft], slot_ms=0)
    return Intent.objects.get(pk=recorded.pk)


def bought(held: Held, base: str = "BTC") -> Position:
    """A position that the trader has opened, with its stop at rest at the venue."""
    entry = wish(held, base)
    until(lambda: held.state(entry) == "filled", "the entry is booked")
    position = Position.objects.get(pk=Intent.objects.get(pk=entry.pk).position_id)
    stops = Order.objects.filter(intent__position=position, intent__purpose="protect", state="open")
    until(stops.exists, "the stop rests at the venue")
    return position


def bought_or_given_up(held: Held) -> bool:
    """Whether an entry was bought. Not so where it was on its way in the moment of a break: then it has expired."""
    entry = wish(held)
    until(lambda: held.state(entry) not in {"recorded", "sending", "acked"}, "the entry has ended")
    return held.state(entry) == "filled"


def fills(held: Held) -> list[str]:
    """Every fill as text: `buy 0.2 (entry)`."""
    rows = Fill.objects.filter(portfolio_id=held.portfolio_pk).order_by("sequence")
    return [f"{f.side} {f.quantity.normalize():f} ({f.cause})" for f in rows]


def until(holds: Callable[[], Any], what: str) -> None:
    """Wait for it. Fails after WITHIN_S, saying what did not come."""
    deadline, pause = monotonic() + WITHIN_S, Event()
    while not holds():
        assert monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        pause.wait(0.02)


def proven_after(held: Held) -> None:
    """Until a reconciliation that began after this call has ended."""
    first = held.row.last_proven_at
    until(lambda: held.row.last_proven_at != first, "a reconciliation")
    second = held.row.last_proven_at
    until(lambda: held.row.last_proven_at != second, "a reconciliation that began after")


@contextmanager
def trading(windows: Windows = WINDOWS) -> Iterator[None]:
    """A house at work in a thread. Fails at the end if it ended before it was told to."""
    started: queue.Queue[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = queue.Queue()
    failed: list[BaseException] = []

    async def play() -> None:
        work = asyncio.create_task(House(windows=windows).run())
        started.put((asyncio.get_running_loop(), work))
        await asyncio.wait({work})
        if not work.cancelled():
            failed.append(work.exception() or AssertionError("it ended"))

    with opening(), reached_by(_unmetered):
        thread = threading.Thread(target=asyncio.run, args=[play()])
        thread.start()
        loop, work = started.get()
        try:
            yield
        finally:
            if not loop.is_closed():
                loop.call_soon_threadsafe(work.cancel)
            thread.join(60)
    assert not failed, failed
    assert not thread.is_alive()


def _unmetered(**account: Any) -> Any:
    """The product's account, without the budget that all tests of this machine would share."""
    return order_venue(**account, budget=no_budget(), timeout_ms=3_000)


def end_other_sessions() -> int:
    """End every session of this database but our own, as a restart of the server does; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])
