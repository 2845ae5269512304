"""Every write of keys, tokens and region rules, called once by Alice: see `tests/api/test_api_writes.py`."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client, RequestFactory

from accounts.apikeys.models import ApiKey
from accounts.apikeys.services import create_key
from accounts.tokens.services import sign_in
from accounts.tokens.types import TokenPair
from accounts.users.models import User
from cryptouniverse.kernel import clock
from tenants.regions.models import RegionRule
from tenants.regions.services import add_rule
from tenants.regions.types import RuleKind, Verdict
from tests.people import PASSWORD, browser

EMAIL = "alice@acme.example"
NEW = {"name": "Bot", "scopes": ["trading:read"]}
RULE = {"kind": "network", "value": "203.0.113.0/24", "verdict": "deny"}
# What is needed first leaves records of its own.
ALSO = {
    **{f"keys/<uuid:key_id>/{verb}/": {"apikey.created"} for verb in ("rename", "rotate", "revoke")},
    **{
        f"api/v1/auth/keys/{rest}": {"apikey.created"}
        for rest in ("<uuid:key_id>", "<uuid:key_id>/rotate", "self/rotate")
    },
    **{f"api/v1/auth/token/{verb}": {"token.issued"} for verb in ("refresh", "revoke")},
    "api/v1/regions/rules/<uuid:rule_id>": {"region.rule_added"},
    "regions/<uuid:rule_id>/delete/": {"region.rule_added"},
}


def alice() -> User:
    return User.objects.get(email=EMAIL)


def with_key(act: Callable[[Client, ApiKey], object]) -> Callable[[Client], object]:
    def call(client: Client) -> object:
        row, _text = create_key(owner=alice(), actor=alice(), name="Bot", scopes=["trading:read"])
        return act(client, row)

    return call


def with_rule(act: Callable[[Client, RegionRule], object]) -> Callable[[Client], object]:
    def call(client: Client) -> object:
        as_admin(client)
        kind, verdict = RuleKind.NETWORK, Verdict.DENY
        return act(client, add_rule(actor=alice(), address=None, kind=kind, value=RULE["value"], verdict=verdict))

    return call


def with_tokens(verb: str) -> Callable[[Client], object]:
    def call(client: Client) -> object:
        pair: TokenPair = sign_in(request=RequestFactory().post("/"), email=EMAIL, password=PASSWORD)
        return sent_json(client, "post", f"/api/v1/auth/token/{verb}", refresh_token=pair.refresh)

    return call


def as_admin(_client: Client) -> None:
    User.objects.update(role="admin")


def admins(act: Callable[[Client], object]) -> Callable[[Client], object]:
    def call(client: Client) -> object:
        as_admin(client)
        return act(client)

    return call


def changed_in_full(client: Client, row: ApiKey) -> None:
    """Renamed and revoked: one address, two writes."""
    sent_json(client, "patch", f"/api/v1/auth/keys/{row.public_id}", name="Other")
    client.delete(f"/api/v1/auth/keys/{row.public_id}")


def renewed(_client: Client) -> object:
    """By the key itself, in its last week."""
    with clock.at(clock.now() - timedelta(days=29)):
        _row, text = create_key(owner=alice(), actor=alice(), rotate_every_days=30, **NEW)
    program, key = browser(host="acme.localhost"), f"Bearer {text.reveal()}"
    return program.post("/api/v1/auth/keys/self/rotate", headers={"authorization": key})


def sent_json(client: Client, method: str, path: str, **body: object) -> object:
    return getattr(client, method)(path, body, content_type="application/json", headers={"If-Match": "*"})


CALLS: dict[str, Callable[[Client], object]] = {
    "keys/create/": lambda c: c.post("/keys/create/", {**NEW, "expires": "90"}),
    "keys/<uuid:key_id>/rename/": with_key(lambda c, row: c.post(f"/keys/{row.public_id}/rename/", {"name": "Other"})),
    "keys/<uuid:key_id>/rotate/": with_key(
        lambda c, row: c.post(f"/keys/{row.public_id}/rotate/", {"overlap_hours": "1"})
    ),
    "keys/<uuid:key_id>/revoke/": with_key(lambda c, row: c.post(f"/keys/{row.public_id}/revoke/")),
    "api/v1/auth/keys": lambda c: sent_json(c, "post", "/api/v1/auth/keys", **NEW),
    "api/v1/auth/keys/<uuid:key_id>": with_key(changed_in_full),
    "api/v1/auth/keys/<uuid:key_id>/rotate": with_key(
        lambda c, row: sent_json(c, "post", f"/api/v1/auth/keys/{row.public_id}/rotate")
    ),
    "api/v1/auth/keys/self/rotate": renewed,
    "api/v1/auth/token": lambda c: sent_json(c, "post", "/api/v1/auth/token", email=EMAIL, password=PASSWORD),
    "api/v1/auth/token/refresh": with_tokens("refresh"),
    "api/v1/auth/token/revoke": with_tokens("revoke"),
    "regions/add/": admins(lambda c: c.post("/regions/add/", RULE)),
    "regions/otherwise/": admins(lambda c: c.post("/regions/otherwise/", {"otherwise": "allow"})),
    "regions/<uuid:rule_id>/delete/": with_rule(lambda c, row: c.post(f"/regions/{row.public_id}/delete/")),
    "api/v1/regions/policy": admins(lambda c: sent_json(c, "put", "/api/v1/regions/policy", otherwise="allow")),
    "api/v1/regions/rules": admins(lambda c: sent_json(c, "post", "/api/v1/regions/rules", **RULE)),
    "api/v1/regions/rules/<uuid:rule_id>": with_rule(lambda c, row: c.delete(f"/api/v1/regions/rules/{row.public_id}")),
}
