"""One call of each route of connections that writes, and the connections that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.test import Client

from tests.trading.connections_cast import credentials, given_connection
from tests.trading.exchange_desk import BTC
from tests.trading.fake_exchange import exchange_there
from tests.trading.live_stage import TERMS, accepted, everybody_says_yes
from tests.trading.marketdata_cast import given_instrument
from tests.trading.sandbox_control import sandbox_control
from trading.connections.models import Connection
from trading.connections.services import stop_entries
from trading.connections.types import TERMS_VERSION, Status
from trading.execution.services.opening import portfolio_of_connection

API, PAGES, ONE = "api/v1/exchanges/connections", "connections/", "<uuid:connection_id>"
TYPED = {"api_key": "typed-key-1", "secret": "typed-secret-1"}
NEW = {"venue": "binance", "kind": "sandbox", "label": "New", **TYPED}
PUT = {"api_key": "typed-key-2", "secret": "typed-secret-2"}


@contextmanager
def connections_of(owner: Any, settings: Any) -> Iterator[None]:
    """Inside there are an exchange and a sandbox, and the owner has a connection that is tested, active, stopped; and
    two with real money: bots may buy on one of them.
    """
    everybody_says_yes(settings)
    with exchange_there() as exchange, sandbox_control(exchange, settings, token="control"):
        for number, label in enumerate(("tested", "active", "stopped")):
            keys = exchange.knows(credentials(f"key-number-{number}", "secret-of-it"))
            status = Status.TESTED if label == "tested" else Status.ACTIVE
            row = given_connection(owner, label=label, keys=keys, status=status)
        for label in ("real", "bots"):
            keys = exchange.knows(credentials(f"key-of-{label}", "secret-of-it"))
            facts = {"kind": "live", "autonomous_live": label == "bots", **accepted()}
            given_connection(owner, label=label, keys=keys, **facts)
        stop_entries(connection=row, reason="An order that nobody knows")
        for keys in (TYPED, PUT):
            exchange.knows(credentials(**keys))
        yield


def _of(client: Client, label: str) -> str:
    rows = client.get(f"/{API}").json()["data"]
    return next(row["id"] for row in rows if row["label"] == label)


def _api(verb: str, label: str, body: dict[str, str] | None = None) -> Callable[[Client], object]:
    return lambda c: c.post(f"/{API}/{_of(c, label)}/{verb}", body or {}, content_type="application/json")


def _page(verb: str, label: str, sent: dict[str, str] | None = None) -> Callable[[Client], object]:
    return lambda c: c.post(f"/{PAGES}{_of(c, label)}/{verb}/", sent or {})


def _bot_of(client: Client) -> str:
    """The id of a bot with real money, whose owner has not said yes to that."""
    given_instrument(BTC)
    portfolio = portfolio_of_connection(connection_pk=Connection.objects.get(label="real").pk, cash=Decimal(1000))
    body = {"portfolio": str(portfolio.public_id), "strategy": "donchian_breakout", "timeframe": "1h"}
    made = client.post("/api/v1/bots", {**body, "instruments": [BTC]}, content_type="application/json").json()
    return str(made["id"])


def _bot_live_over_the_api(client: Client) -> None:
    place = f"/api/v1/bots/{_bot_of(client)}/live"
    client.post(place, {}, content_type="application/json")
    client.delete(place)


def _bot_live(client: Client) -> None:
    client.post(f"/desk/bots/{_bot_of(client)}/live/")


def _bot_live_ended(client: Client) -> None:
    bot = _bot_of(client)
    client.post(f"/desk/bots/{bot}/live/")
    client.post(f"/desk/bots/{bot}/live/end/")


def _live_and_back(client: Client) -> None:
    place = f"/{API}/{_of(client, 'real')}/live"
    client.post(place, TERMS, content_type="application/json")
    client.delete(place)


def _decided(client: Client, allowed: bool) -> None:
    place = "/api/v1/tenant/live-trading"
    version = {"If-Match": client.get(place)["ETag"]}
    client.put(place, {"allowed": allowed}, content_type="application/json", headers=version)


def _renamed_and_deleted(client: Client) -> None:
    place = f"/{API}/{_of(client, 'tested')}"
    version = {"If-Match": client.get(place)["ETag"]}
    client.patch(place, {"label": "Renamed"}, content_type="application/json", headers=version)
    client.delete(place)


ALSO = {
    "api/v1/bots/<uuid:bot_id>/live": {"bot.created"},
    "desk/bots/<uuid:bot_id>/live/": {"bot.created"},
    "desk/bots/<uuid:bot_id>/live/end/": {"bot.created", "bot.live_allowed"},
    "connections/live/allow/": {"tenant.live_ended"},
    "api/v1/tenant/live-trading": {"tenant.live_ended"},
}
CALLS: dict[str, Callable[[Client], object]] = {
    API: lambda c: c.post(f"/{API}", NEW, content_type="application/json"),
    f"{API}/{ONE}": _renamed_and_deleted,
    f"{API}/{ONE}/test": _api("test", "tested"),
    f"{API}/{ONE}/activate": _api("activate", "tested"),
    f"{API}/{ONE}/deactivate": _api("deactivate", "active"),
    f"{API}/{ONE}/rotate": _api("rotate", "active", PUT),
    f"{API}/{ONE}/live": _live_and_back,
    "api/v1/bots/<uuid:bot_id>/live": _bot_live_over_the_api,
    "api/v1/tenant/live-trading": lambda c: [_decided(c, allowed) for allowed in (False, True)],
    "desk/bots/<uuid:bot_id>/live/": _bot_live,
    "desk/bots/<uuid:bot_id>/live/end/": _bot_live_ended,
    f"{PAGES}live/allow/": lambda c: [c.post(f"/{PAGES}live/end/"), c.post(f"/{PAGES}live/allow/")],
    f"{PAGES}live/end/": lambda c: c.post(f"/{PAGES}live/end/"),
    f"{PAGES}{ONE}/live/": _page("live", "real", {"terms": TERMS_VERSION}),
    f"{PAGES}{ONE}/live/end/": _page("live/end", "bots"),
    f"{PAGES}add/": lambda c: c.post(f"/{PAGES}add/?kind=sandbox", NEW),
    f"{PAGES}sandbox/": lambda c: c.post(f"/{PAGES}sandbox/"),
    f"{PAGES}{ONE}/rename/": _page("rename", "tested", {"label": "Renamed"}),
    f"{PAGES}{ONE}/test/": _page("test", "tested"),
    f"{PAGES}{ONE}/activate/": _page("activate", "tested"),
    f"{PAGES}{ONE}/deactivate/": _page("deactivate", "active"),
    f"{PAGES}{ONE}/allow/": _page("allow", "stopped", {"reason": "looked at it"}),
    f"{PAGES}{ONE}/rotate/": _page("rotate", "active", PUT),
    f"{PAGES}{ONE}/delete/": _page("delete", "active"),
}
