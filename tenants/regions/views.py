"""The page of region rules. Thin: parse, call one service, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.regions import services
from tenants.regions.countries import countries_known, country_of
from tenants.regions.forms import KINDS, VERDICTS, OtherwiseForm, RuleForm
from tenants.regions.selectors import access_rule, otherwise_of, region_rules
from tenants.regions.types import RuleKind, Verdict

if TYPE_CHECKING:
    from tenants.audit.types import Actor


@access("system:read")
@require_GET
@never_cache
def regions(request: HttpRequest) -> HttpResponse:
    """The rules, and from where the administrator is seen."""
    return _page(request, RuleForm())


@access("system:read")
@require_GET
def no_panels(_request: HttpRequest) -> HttpResponse:
    """What a page with nothing to refresh asks for."""
    return HttpResponse(status=204)


@access("system:write", audit="region.rule_added")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Add a rule."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    facts: dict[str, Any] = {**form.cleaned_data, "kind": RuleKind(form.cleaned_data["kind"])}
    facts["verdict"] = Verdict(facts["verdict"])
    try:
        row = services.add_rule(actor=_actor(request), address=client_address(request), **facts)
    except CryptoUniverseError as error:
        form.add_error("value", error.sentence(gettext))
        return _page(request, form, status=error.status)
    messages.success(request, gettext("The rule for %(value)s counts within a few seconds.") % {"value": row.value})
    return redirect("regions")


@access("system:write", audit="region.policy_changed")
@require_POST
def otherwise(request: HttpRequest) -> HttpResponse:
    """Say what becomes of everybody else."""
    form = OtherwiseForm(request.POST)
    if form.is_valid():
        chosen = Verdict(form.cleaned_data["otherwise"])
        _tried(request, lambda: services.set_otherwise(otherwise=chosen, **_who(request)), gettext("Changed."))
    return redirect("regions")


@access("system:delete", audit="region.rule_deleted")
@require_POST
def delete(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Take a rule away."""
    rule = access_rule(rule_id)
    _tried(request, lambda: services.delete_rule(rule=rule, **_who(request)), gettext("The rule is gone."))
    return redirect("regions")


def _tried(request: HttpRequest, act: Any, said: str) -> None:
    try:
        act()
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": _actor(request), "address": client_address(request)}


def _page(request: HttpRequest, form: RuleForm, *, status: int = 200) -> HttpResponse:
    address = client_address(request)
    facts = {
        "rows": list(region_rules()),
        "form": form,
        "kinds": KINDS,
        "verdicts": VERDICTS,
        "otherwise": otherwise_of(current_tenant()),
        "countries_known": countries_known(),
        "your_address": address,
        "your_country": country_of(address),
        "page": "regions",
    }
    return render(request, "regions/list.html", facts, status=status)


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.user)  # signed in: the rule asked
