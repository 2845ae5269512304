"""One call of each route of connections that writes, and the connections that they need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from tests.trading.connections_cast import credentials, given_connection
from tests.trading.fake_exchange import exchange_there
from tests.trading.sandbox_control import sandbox_control
from trading.connections.services import stop_entries
from trading.connections.types import Status

API, PAGES, ONE = "api/v1/exchanges/connections", "connections/", "<uuid:connection_id>"
TYPED = {"api_key": "typed-key-1", "secret": "typed-secret-1"}
NEW = {"venue": "binance", "kind": "sandbox", "label": "New", **TYPED}
PUT = {"api_key": "typed-key-2", "secret": "typed-secret-2"}


@contextmanager
def connections_of(owner: Any, settings: Any) -> Iterator[None]:
    """Inside there are an exchange and a sandbox, and the owner has a connection that is tested, active, stopped."""
    with exchange_there() as exchange, sandbox_control(exchange, settings, token="control"):
        for number, label in enumerate(("tested", "active", "stopped")):
            keys = exchange.knows(credentials(f"key-number-{number}", "secret-of-it"))
            status = Status.TESTED if label == "tested" else Status.ACTIVE
            row = given_connection(owner, label=label, keys=keys, status=status)
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


def _renamed_and_deleted(client: Client) -> None:
    place = f"/{API}/{_of(client, 'tested')}"
    version = {"If-Match": client.get(place)["ETag"]}
    client.patch(place, {"label": "Renamed"}, content_type="application/json", headers=version)
    client.delete(place)


CALLS: dict[str, Callable[[Client], object]] = {
    API: lambda c: c.post(f"/{API}", NEW, content_type="application/json"),
    f"{API}/{ONE}": _renamed_and_deleted,
    f"{API}/{ONE}/test": _api("test", "tested"),
    f"{API}/{ONE}/activate": _api("activate", "tested"),
    f"{API}/{ONE}/deactivate": _api("deactivate", "active"),
    f"{API}/{ONE}/rotate": _api("rotate", "active", PUT),
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
