"""The page of a tenant's domains, for administrators. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.provisioning import domains as services
from tenants.provisioning.domain_states import HELD_FOR, MISSES_MAX, DomainState
from tenants.provisioning.hostnames import shown
from tenants.provisioning.models import Domain
from tenants.provisioning.proving import challenge_name, challenge_value
from tenants.provisioning.selectors import domains_of


@access("system:read")
@require_GET
@never_cache
def domains(request: HttpRequest) -> HttpResponse:
    """The tenant's domains, and what to do about each."""
    rows = [_told(row) for row in domains_of(current_tenant())]
    may = request.user.may  # type: ignore[union-attr]  # signed in: the rule asked
    facts = {"rows": rows, "edge": settings.CU.cu_edge_host, "held_days": HELD_FOR.days, "misses_max": MISSES_MAX}
    facts |= {
        "may_write": may("system:write"),
        "may_delete": may("system:delete"),
        "page": "branding",
        "part": "domains",
    }
    return render(request, "settings/domains.html", facts)


@access("system:write", audit="domain.added")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Ask for one."""
    said = gettext("Put the record below into your DNS, then check it here.")
    return _done(request, services.add_domain, request.POST.get("domain", ""), lambda _row: said)


@access("system:write", audit="domain.checked")
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Look its record up now."""
    return _done(request, services.check_domain, request.POST.get("domain", ""), _found)


@access("system:write", audit="domain.made_primary")
@require_POST
def primary(request: HttpRequest) -> HttpResponse:
    """Name it in links."""
    said = gettext("Links in mails name this domain from now on.")
    return _done(request, services.make_primary, request.POST.get("domain", ""), lambda _row: said)


@access("system:delete", audit="domain.removed")
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Give it up."""
    said = gettext("Removed. It is served no more.")
    return _done(request, services.remove_domain, request.POST.get("domain", ""), lambda _row: said)


def _found(row: Domain) -> str:
    if row.state == DomainState.VERIFIED and not row.misses:
        return gettext("The record is there: the domain is verified.")
    return gettext("The record was not found. DNS can take an hour to spread: check again later.")


def _done(request: HttpRequest, act: Callable[..., Any], name: str, said: Callable[[Any], str]) -> HttpResponse:
    try:
        row = act(tenant=current_tenant(), name=name, actor=request.user)
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said(row))
    return redirect("domains")


def _told(row: Domain) -> dict[str, Any]:
    record = None if row.is_given else (challenge_name(row.domain), challenge_value(row.token))
    return {"row": row, "name": shown(row.domain), "record": record, "served": row.state == DomainState.VERIFIED}
