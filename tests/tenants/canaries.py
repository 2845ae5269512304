"""People full of strings that nobody else may ever see, a crawler that tries everything, and an eye for them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.apikeys.services import create_key
from accounts.users.models import User
from accounts.webhooks.services import create_endpoint
from aiengine.autopilot.models import DecisionRecord
from credits.ledger.services import top_up
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.money import Credits
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.bots.models import Bot
from tenants.audit import services as audit
from tests.people import browser, member
from tests.routes import METHODS, http_routes
from trading.connections.services import create_connection
from trading.connections.types import Kind
from trading.execution.services import stop_everything
from trading.marketdata.selectors import instruments
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

FULL = bool(os.environ.get("CU_SOAK"))
LEAVES = ("/accounts/logout/",)  # ends the session that the crawl needs
OWN_PAGES = (
    "/",
    "/desk/panels/?only=all",
    "/api/v1/portfolio",
    "/api/v1/portfolios",
    "/connections/",
    "/api/v1/exchanges/connections",
    "/webhooks/",
    "/api/v1/webhooks",
    "/keys/",
    "/api/v1/auth/keys",
)
QUERIES = ("", "?id={id}", "?portfolio={id}", "?user={id}&only=all", "?cursor={id}&page_size=100")


@dataclass(frozen=True)
class Person:
    """Somebody of a tenant.

    own: the strings that only this person may see. hidden: those that nobody may see any more, this person included,
    the texts of a key and of a webhook's secret. ids: what others could ask for by name.
    """

    name: str
    tenant: TenantCtx
    user: User
    own: frozenset[str]
    hidden: frozenset[str]
    ids: tuple[str, ...]

    def browser(self, *, host: str = "") -> Client:
        """Signed in, at the tenant's host or (with the same cookie) at another."""
        with in_tenant(self.tenant):
            client = browser(self.user, host=f"{self.tenant.slug}.localhost")
        client.defaults["HTTP_HOST"] = host or f"{self.tenant.slug}.localhost"
        client.raise_request_exception = True
        return client


def given_person(tenant: TenantCtx, name: str, *, role: str = "trader") -> Person:
    """A member with a portfolio, credits, bot, position, decision, keys and a reason to have stopped, all named."""
    mark = f"zq{tenant.slug}{name}{uuid4().hex[:6]}"
    with in_tenant(tenant):
        user = member(f"{mark}mail@example.com", role=role, display_name=f"{mark}name")
        portfolio = open_portfolio(owner=user, cash=Decimal(10_000))
        set_limits(portfolio=portfolio)
        key = f"{mark}key"
        top_up(user=user, amount=Credits(100), currency="PRACTICE", idempotency_key=key, reason=f"{mark}topup")
        bot, position = _trades(user, portfolio, mark)
        connection = create_connection(owner=user, venue="binance", kind=Kind.PAPER, label=f"{mark}connection")
        facts = {"url": "https://hooks.example.com/", "description": f"{mark}webhook", "patterns": ["*"]}
        webhook, webhook_secret = create_endpoint(owner=user, **facts)
        api_key, text = create_key(owner=user, actor=user, name=f"{mark}apikey", scopes=["trading:read"])
        stop_everything(portfolio=portfolio, by=f"{mark}by", reason=f"{mark}reason")
        audit.record(actor=user, action="trading.stopped", object=portfolio, after={"reason": f"{mark}audit"})
    ids = [
        user.public_id,
        portfolio.public_id,
        bot.public_id,
        position.public_id,
        connection.public_id,
        webhook.public_id,
    ]
    own = {mark, str(api_key.public_id), *map(str, ids)}
    hidden = frozenset({webhook_secret.reveal(), text.reveal()})
    asked = [*map(str, ids), str(user.pk), f"{mark}key", *([str(api_key.public_id)] if FULL else ())]
    return Person(name, tenant, user, frozenset(own), hidden, tuple(asked))


def _trades(user: User, portfolio: Portfolio, mark: str) -> tuple[Bot, Position]:
    instrument_id = sorted(instruments())[0]
    facts = {"portfolio": portfolio, "instrument_id": instrument_id}
    price = Decimal(100)
    bot = Bot.objects.create(
        owner=user, portfolio=portfolio, name=f"{mark}bot", strategy="donchian_breakout", parameters={}, timeframe="1h",
        instruments=[instrument_id], stop_bps=200, target_bps=0, number=user.pk,
    )  # fmt: skip
    position = Position.objects.create(
        **facts, bot_id=bot.public_id, quantity=1, cost=price, entry_price=price, stop_price=90, mark_price=price,
        mark_slot_ms=0, opened_slot_ms=0,
    )  # fmt: skip
    DecisionRecord.objects.create(
        **facts, bot_id=bot.public_id, strategy=bot.strategy, signal_id=uuid4(), slot_ms=0, outcome="refused",
        rule="whitelist", limit=f"{mark}limit", value=f"{mark}value", decided_at=clock.now(),
    )  # fmt: skip
    return bot, position


def asked_for(ids: Sequence[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, address, body) of all there is to ask: every route and method, with each id where one could go.

    Outside a soak every third id is asked for where there is a place for one, each time others, and one elsewhere; the
    methods that no route has are tried with the first of them alone.
    """
    for place, route in enumerate(http_routes()):
        path = "/" + route.path.replace("^.*$", "portfolio/{id}")
        if path in LEAVES:
            continue
        chosen = [ids[(place + step) % len(ids)] for step in range(0, len(ids), 3)]
        for number, one in enumerate(ids if FULL else chosen if "<" in path or "{id}" in path else chosen[:1]):
            filled = _filled(path, one)
            for method in METHODS if FULL or not number else ("GET", "POST"):
                query = QUERIES[number % len(QUERIES)].format(id=one)
                yield method, filled + query, {"id": one, "key": one, "reason": "x", "amount": "1", "user": one}


def own_pages(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(method, address) of every route that can be read, with ids of a person's own where one could go.

    In a soak with each of them, else with one, each time another; and what shows all that a person has.
    """
    for place, route in enumerate(http_routes()):
        path = "/" + route.path.replace("^.*$", "portfolio/{id}")
        if path not in LEAVES:
            for one in ids if FULL and ("<" in path or "{id}" in path) else [ids[place % len(ids)]]:
                yield "GET", _filled(path, one)
    yield from (("GET", path) for path in OWN_PAGES)


def _filled(path: str, one: str) -> str:
    while "<" in path:
        path = path[: path.index("<")] + one + path[path.index(">") + 1 :]
    return path.replace("{id}", one)


def answers(client: Client, ids: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """(what was asked, status, everything that came back: headers and body) for all that there is to ask."""
    for method, address, body in asked_for(ids):
        yield (f"{method} {address}", *answer_to(client, method, address, body))


def answer_to(client: Client, method: str, address: str, body: Mapping[str, Any]) -> tuple[int, str]:
    """Status, and everything that came back: headers and body."""
    headers = {"Idempotency-Key": f"crawl-{body['id']}"}
    kind = {"content_type": "application/json"} if address.startswith("/api/") else {}
    sent = {} if method == "GET" else {"data": body, **kind}
    if method in {"PUT", "PATCH", "DELETE"}:
        sent["content_type"] = "application/json"
    answer = getattr(client, method.lower())(address, headers=headers, **sent)
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, f"{answer.headers}\n{said.decode()}"


def leaks(said: str, asked: str, foreign: Mapping[str, frozenset[str]]) -> list[str]:
    """Whose strings are in `said`, besides those that were in the question."""
    return [
        f"{name}: {canary} in {asked}"
        for name, canaries in foreign.items()
        for canary in canaries
        if canary in said and canary not in asked
    ]


def seen_by(person: Person) -> str:
    """All that this person's own pages and API say."""
    client = person.browser()
    return "".join(client.get(path).content.decode() for path in OWN_PAGES)
