"""The operators' pages of risk: the platform's kill switch, and the limits above every tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.admin import REASON_MAX, REASON_MIN
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.web.risk_forms import CapsForm
from cryptouniverse.web.risk_reading import symbols_now
from tenants.audit import services as audit
from tenants.provisioning.selectors import every_tenant
from trading.ceilings.columns import MODES
from trading.ceilings.selectors import platform_ceiling, platform_stops
from trading.ceilings.types import MODE_MEANINGS, Level, Mode
from trading.execution.selectors import still_trading
from trading.execution.services import resume_platform, stop_platform
from trading.risk.services import change_platform_ceiling

if TYPE_CHECKING:
    from accounts.users.models import User

TENANTS_SHOWN: Final = 25


class WhomForm(forms.Form):
    """Of which tenant, "" for all, and why."""

    tenant = forms.ChoiceField(label=_("Whom"), required=False)
    reason = forms.CharField(
        label=_("Why? It stands in the audit of each tenant that it concerns."),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, for the record.")},
    )

    def __init__(self, data: Any = None, *, first: Any = None) -> None:
        super().__init__(data, initial={name: first[name] for name in ("tenant", "mode", "reason") if name in first})
        whom: Any = self.fields["tenant"]
        whom.choices = [("", gettext("All tenants")), *((one.slug, one.slug) for one in every_tenant())]

    @property
    def slug(self) -> str | None:
        """Which tenant; None for all."""
        return self.cleaned_data["tenant"] or None


class SwitchForm(WhomForm):
    """And how far trading goes from now on."""

    mode = forms.ChoiceField(label=_("How far"), choices=MODES)


def switch(request: HttpRequest) -> dict[str, Any]:
    """The modes that stand, and what still goes on in each tenant, some at a time."""
    found, stops = every_tenant(), platform_stops()
    page = Paginator(found, TENANTS_SHOWN).get_page(request.GET.get("page"))
    return {
        "form": SwitchForm(first=request.GET),
        "modes": [(value, words, gettext(MODE_MEANINGS[Mode(value)])) for value, words in MODES],
        "everywhere": stops.get(""),
        "rows": [_row(tenant, stops.get(tenant.schema)) for tenant in page],
        "shown": page,
    }


def switched(request: HttpRequest) -> HttpResponseBase | dict[str, Any]:
    """Ask once more what was chosen; then do it and say what became of it."""
    form = SwitchForm(request.POST, first={})
    if not form.is_valid():
        return {"form": form, "wrong": True}
    mode, reason = Mode(form.cleaned_data["mode"]), form.cleaned_data["reason"]
    if "confirmed" not in request.POST:
        return {"form": form, "asking": True, "chosen_mode": dict(MODES)[mode], "chosen_meaning": _meaning(mode)}
    try:
        _switch(request, mode, reason, form.slug)
    except CryptoUniverseError as error:
        form.add_error(None, error.sentence(gettext))
        return {"form": form, "wrong": True}
    return redirect("admin:kill-switch")


def caps(request: HttpRequest) -> dict[str, Any]:
    """The limits above all tenants, or above the one that is named."""
    whom = WhomForm(first=request.GET)
    tenant = _named(request.GET.get("tenant", ""))
    row = platform_ceiling(tenant.schema if tenant else "")
    typed = request.GET if "initial-whitelist" in request.GET else None  # before a second factor was asked for
    return {"whom": whom, "slug": tenant.slug if tenant else "", "form": _caps_form(typed, row)}


def capped(request: HttpRequest) -> HttpResponseBase | dict[str, Any]:
    """Change those that differ from what was shown."""
    whom = WhomForm(request.POST, first={})
    tenant = _named(request.POST.get("tenant", ""))
    form = _caps_form(request.POST, platform_ceiling(tenant.schema if tenant else ""))
    again = {"whom": whom, "slug": tenant.slug if tenant else "", "form": form, "wrong": True}
    if not (form.is_valid() & whom.is_valid()):
        return again
    operator, reason = cast("User", request.user), whom.cleaned_data["reason"]
    try:
        number = change_platform_ceiling(actor=operator, reason=reason, slug=whom.slug, **form.named())
    except CryptoUniverseError as error:
        form.refuse(error)
        return again
    if number:
        _record_at_home(request, tenant, "ceiling.changed", {**form.named(), "reason": reason})
    messages.success(
        request,
        gettext("Saved. Tenants that it holds for: %(number)d. From the next decision on.") % {"number": number},
    )
    return redirect(request.path + (f"?tenant={tenant.slug}" if tenant else ""))


def _switch(request: HttpRequest, mode: Mode, reason: str, slug: str | None) -> None:
    operator = cast("User", request.user)
    if mode is Mode.NORMAL:
        resume_platform(reason=reason, actor=operator, slug=slug)
        messages.success(request, gettext("Trading may go on. What tenants stopped themselves stays stopped."))
        _record_at_home(request, _named(slug or ""), "trading.resumed", {"reason": reason})
        return
    done = stop_platform(mode=mode, reason=reason, actor=operator, slug=slug)
    said = gettext("%(mode)s. Tenants: %(tenants)d. Entries withdrawn: %(withdrawn)d. Stops stay in place.")
    facts = {"mode": dict(MODES)[mode.value], "tenants": done.tenants, "withdrawn": done.withdrawn}
    messages.success(request, said % facts)
    if done.failed:
        failed = gettext("It holds there, but could not be carried out at %(slugs)s: do it again.")
        messages.error(request, failed % {"slugs": ", ".join(done.failed)})
    _record_at_home(request, _named(slug or ""), "trading.stopped", {"mode": mode.value, "reason": reason})


def _record_at_home(request: HttpRequest, tenant: TenantCtx | None, action: str, after: dict[str, Any]) -> None:
    """The operators' own audit says it too, where it was done to one tenant: of all, theirs is one."""
    home: TenantCtx = request.tenant  # type: ignore[attr-defined]  # set by the tenant middleware
    if tenant is None or tenant == home:
        return
    about, actor = (Level.PLATFORM.value, tenant.id), cast("User", request.user)
    with in_tenant(home):
        audit.record(actor=actor, action=action, object=about, after={**after, "tenant": tenant.slug})


def _row(tenant: TenantCtx, stop: Any) -> dict[str, Any]:
    with in_tenant(tenant):
        entries, positions = still_trading()
    return {"tenant": tenant, "stop": stop, "entries": entries, "positions": positions}


def _named(slug: str) -> TenantCtx | None:
    return next((tenant for tenant in every_tenant() if tenant.slug == slug), None)


def _meaning(mode: Mode) -> str:
    return gettext(MODE_MEANINGS[mode])


def _caps_form(data: Any, row: Any) -> CapsForm:
    return CapsForm(data, row, required=False, known=symbols_now())
