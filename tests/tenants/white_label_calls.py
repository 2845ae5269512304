"""One call of each route of branding, domains and directories that writes, by an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.scim.models import DirectoryToken
from accounts.scim.selectors import digest_of
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.ids import new_id
from tenants.provisioning.models import Domain, Tenant
from tests.tenants.branding_cast import HOST, picture

API, LOOK, DOMAINS, TOKENS = "api/v1/tenant", "settings/branding", "settings/domains", "settings/directory"
Call = Callable[[Client], Any]
FORM = {"version": 0, "name": "Northgate", "tint": "0.014", "radius": 6}


def _json(method: str, path: str, body: Any = None, *, before: Callable[[], Any] | None = None) -> Call:
    def call(client: Client) -> Any:
        there = before() if before else ""
        sent = {"content_type": "application/json", "headers": {"If-Match": "*"}}
        return getattr(client, method)(f"/{path.format(there)}", body or {}, **sent)

    return call


def _form(path: str, body: Any = None, *, before: Callable[[], Any] | None = None) -> Call:
    def call(client: Client) -> Any:
        there = before() if before else ""
        return client.post(f"/{path.format(there)}", body or {})

    return call


def _domain() -> str:
    owner = Tenant.objects.get(public_id=current_tenant().id)
    Domain.objects.bulk_create([Domain(tenant=owner, domain=HOST, token="t", is_primary=False, proven_at=clock.now())])
    return HOST


def _token() -> str:
    row = DirectoryToken.objects.create(
        name="Okta", hint="scim_", digest=digest_of("x"), default_role="viewer", created_by=new_id()
    )
    return str(row.public_id)


def _put_logo(client: Client) -> Any:
    return client.put(f"/{API}/branding/logo", picture(), content_type="image/png")


CALLS: dict[str, Call] = {
    f"{LOOK}/": _form(f"{LOOK}/", FORM),
    f"{LOOK}/logo/": lambda c: c.post(f"/{LOOK}/logo/", {"logo": SimpleUploadedFile("logo.png", picture())}),
    f"{LOOK}/logo/remove/": _form(f"{LOOK}/logo/remove/"),
    f"{LOOK}/reset/": _form(f"{LOOK}/reset/"),
    f"{LOOK}/prices/": _form(f"{LOOK}/prices/", {"credits": "100", "price": "9.90", "currency": "USD"}),
    f"{LOOK}/legal/<str:kind>/": _form(f"{LOOK}/legal/terms/", {"body": "Fine."}),
    f"{DOMAINS}/add/": _form(f"{DOMAINS}/add/", {"domain": HOST}),
    f"{DOMAINS}/check/": _form(f"{DOMAINS}/check/", {"domain": HOST}, before=_domain),
    f"{DOMAINS}/primary/": _form(f"{DOMAINS}/primary/", {"domain": HOST}, before=_domain),
    f"{DOMAINS}/remove/": _form(f"{DOMAINS}/remove/", {"domain": HOST}, before=_domain),
    f"{TOKENS}/": _form(f"{TOKENS}/", {"name": "Okta", "default_role": "viewer"}),
    f"{TOKENS}/tokens/<uuid:token_id>/revoke/": _form(f"{TOKENS}/tokens/{{}}/revoke/", before=_token),
    f"{API}/domains": _json("post", f"{API}/domains", {"domain": HOST}),
    f"{API}/domains/<str:domain>": _json("delete", f"{API}/domains/{{}}", before=_domain),
    f"{API}/domains/<str:domain>/check": _json("post", f"{API}/domains/{{}}/check", before=_domain),
    f"{API}/domains/<str:domain>/primary": _json("post", f"{API}/domains/{{}}/primary", before=_domain),
    f"{API}/directory/tokens": _json("post", f"{API}/directory/tokens", {"name": "Okta"}),
    f"{API}/directory/tokens/<uuid:token_id>": _json("delete", f"{API}/directory/tokens/{{}}", before=_token),
    f"{API}/branding/legal/<str:kind>": _json("post", f"{API}/branding/legal/terms", {"body": "Fine."}),
}
# Two methods at one address, each with a record of its own.
PAIRS: dict[str, list[Call]] = {
    f"{API}/branding": [_json("patch", f"{API}/branding", {"name": "Northgate"}), _json("delete", f"{API}/branding")],
    f"{API}/branding/logo": [_put_logo, _json("delete", f"{API}/branding/logo")],
}


def _both(calls: list[Call]) -> Call:
    return lambda client: [call(client) for call in calls]


CALLS |= {path: _both(calls) for path, calls in PAIRS.items()}
