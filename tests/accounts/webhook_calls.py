"""One call of each route of webhooks and of the audit's exports that writes, by whoever the client is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from accounts.users.models import User
from accounts.webhooks import services
from accounts.webhooks.models import Delivery, Endpoint
from cryptouniverse.kernel import clock
from tests.accounts.webhooks_stage import given_deliveries, given_endpoint

API, PAGE = "api/v1/webhooks", "webhooks"
ONE, DELIVERY = "<uuid:webhook_id>", "<uuid:delivery_id>"
SENT = {"url": "https://hooks.example.com/cu", "events": ["credits.*"]}
Call = Callable[[Client], Any]


def _person(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def _endpoint(client: Client, *, off: bool = False) -> Endpoint:
    person = _person(client)
    row, _ = given_endpoint(person)
    return services.switch_off(endpoint=row, actor=person) if off else row


def _delivery(client: Client) -> Delivery:
    _endpoint(client)
    given_deliveries(_person(client))
    return Delivery.objects.latest("pk")


def _api(path: str, body: Any = None, *, method: str = "post", off: bool = False) -> Call:
    def call(client: Client) -> Any:
        where = f"/{API}/{_endpoint(client, off=off).public_id}{path}"
        tag = client.get(f"/{API}/{Endpoint.objects.latest('pk').public_id}").headers.get("ETag", "*")
        kind = {"content_type": "application/json", "headers": {"If-Match": tag}}
        return getattr(client, method)(where, body or {}, **kind)

    return call


def _page(path: str, body: Any = None, *, off: bool = False) -> Call:
    return lambda client: client.post(f"/{PAGE}/{_endpoint(client, off=off).public_id}/{path}/", body or {})


def _changed_and_deleted(client: Client) -> None:
    _api("", {"description": "Mine"}, method="patch")(client)
    _api("", method="delete")(client)


CALLS: dict[str, Call] = {
    "api/v1/audit/exports": lambda c: c.post("/api/v1/audit/exports", {"form": "csv"}, content_type="application/json"),
    "settings/audit/export/": lambda c: c.post("/settings/audit/export/", {"form": "csv"}),
    API: lambda c: c.post(f"/{API}", SENT, content_type="application/json"),
    f"{API}/{ONE}": _changed_and_deleted,
    f"{API}/{ONE}/off": _api("/off"),
    f"{API}/{ONE}/on": _api("/on", off=True),
    f"{API}/{ONE}/replay": lambda c: _api("/replay", {"since": clock.now().isoformat()})(c),
    f"{API}/{ONE}/rotate": _api("/rotate"),
    f"{API}/{ONE}/test": _api("/test"),
    f"{API}/deliveries/{DELIVERY}/replay": lambda c: c.post(
        f"/{API}/deliveries/{_delivery(c).public_id}/replay", content_type="application/json"
    ),
    f"{PAGE}/add/": lambda c: c.post(f"/{PAGE}/add/", SENT),
    f"{PAGE}/{ONE}/change/": _page("change", SENT),
    f"{PAGE}/{ONE}/delete/": _page("delete"),
    f"{PAGE}/{ONE}/off/": _page("off"),
    f"{PAGE}/{ONE}/on/": _page("on", off=True),
    f"{PAGE}/{ONE}/replay/": _page("replay", {"days": 1}),
    f"{PAGE}/{ONE}/rotate/": _page("rotate", {"overlap_hours": 0}),
    f"{PAGE}/{ONE}/test/": _page("test"),
    f"{PAGE}/deliveries/{DELIVERY}/replay/": lambda c: c.post(f"/{PAGE}/deliveries/{_delivery(c).public_id}/replay/"),
}
_MADE_FIRST = {"webhook.created"}  # what is changed was made for it
ALSO = {path: _MADE_FIRST for path in CALLS if ONE in path or DELIVERY in path} | {
    path: {*_MADE_FIRST, "webhook.switched_off"} for path in (f"{API}/{ONE}/on", f"{PAGE}/{ONE}/on/")
}
