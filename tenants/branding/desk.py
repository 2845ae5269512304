"""The branding page, for administrators. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.branding import services
from tenants.branding.errors import NoLegalText
from tenants.branding.forms import BrandForm, LegalForm, LogoForm
from tenants.branding.preview import colours_typed, preview_of
from tenants.branding.selectors import legal_text, read_brand
from tenants.branding.types import RADIUS_MAX, TINT_MAX, Brand, LegalKind

FIRST_COLOUR = "#2f6fd0"
LEGAL_NAMES = {LegalKind.TERMS: _("Terms"), LegalKind.PRIVACY: _("Privacy"), LegalKind.RISK: _("Risk warning")}


@access("system:write", audit="branding.changed")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def branding(request: HttpRequest) -> HttpResponse:
    """How the tenant looks, and what becomes of a change."""
    brand = read_brand(current_tenant())
    form = BrandForm(request.POST if request.method == "POST" else None, initial=_initial(brand))
    refusal: CryptoUniverseError | None = None
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.update_branding(
                tenant=current_tenant(), actor=_person(request), changes=form.changes(), version=version
            )
        except CryptoUniverseError as error:
            refusal = error
        else:
            messages.success(request, gettext("Saved. Everybody sees it from now on."))
            return redirect("branding")
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "settings/branding.html", _page(brand, form, refusal), status=status)


@access("system:read")
@require_GET
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """The colours that are being chosen, on a page in both themes; nothing is kept."""
    typed = request.GET
    colour = typed.get("colour", "") if typed.get("own_colour") else ""
    colours = colours_typed(colour, typed.get("tint", ""), typed.get("radius", ""))
    return render(request, "settings/brand_preview.html", {"preview": preview_of(colours), "brand_name": _named(typed)})


@access("system:write", audit="branding.logo_set")
@require_POST
def set_logo(request: HttpRequest) -> HttpResponse:
    """Take an uploaded picture."""
    form = LogoForm(request.POST, request.FILES)
    return _done(request, form, lambda who: services.set_logo(**who, sent=form.content()), gettext("The logo is set."))


@access("system:write", audit="branding.logo_removed")
@require_POST
def remove_logo(request: HttpRequest) -> HttpResponse:
    """Without a logo again."""
    return _done(request, None, lambda who: services.remove_logo(**who), gettext("The logo is removed."))


@access("system:write", audit="branding.reset")
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Back to the default look."""
    return _done(request, None, lambda who: services.reset_branding(**who), gettext("The default look is back."))


@access("system:write", audit="branding.legal_published")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """One legal text: what is in force, and a form to publish the next version."""
    if kind not in set(LegalKind):
        raise Http404
    named = LegalKind(kind)
    form = LegalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.publish_legal_text(
            tenant=current_tenant(), actor=_person(request), kind=named, body=form.cleaned_data["body"]
        )
        messages.success(request, gettext("Published."))
        return redirect("branding-legal", kind=kind)
    try:
        text = legal_text(current_tenant(), kind)
    except NoLegalText:
        text = None
    facts = {"kind": kind, "kind_name": LEGAL_NAMES[named], "text": text, "form": form, "page": "branding"}
    return render(request, "settings/legal.html", facts, status=422 if form.errors else 200)


def _page(brand: Brand, form: BrandForm, refusal: CryptoUniverseError | None) -> dict[str, Any]:
    colour = form["colour"].value() if form["own_colour"].value() else ""
    colours = colours_typed(colour or "", str(form["tint"].value()), str(form["radius"].value()))
    texts = [(kind.value, name, kind.value in brand.legal) for kind, name in LEGAL_NAMES.items()]
    facts = {"form": form, "refusal": refusal, "shown": brand, "preview": preview_of(colours), "texts": texts}
    return {**facts, "brand_name": _named({"name": form["name"].value() or ""}), "tint_max": TINT_MAX,
            "radius_max": RADIUS_MAX, "page": "branding", "part": "look"}  # fmt: skip


def _initial(brand: Brand) -> dict[str, Any]:
    names = ("version", "sender_name", "sender_address", "support_address")
    return {
        **{name: getattr(brand, name) for name in names},
        "name": brand.name if brand.white_label else "",
        "short_name": brand.short_name if brand.white_label and brand.short_name != brand.name else "",
        "own_colour": bool(brand.colour),
        "colour": brand.colour or FIRST_COLOUR,
        "tint": brand.colours.tint,
        "radius": brand.colours.radius,
    }


def _named(typed: Any) -> str:
    return str(typed.get("name", ""))[:60].strip() or gettext("Your name")


def _person(request: HttpRequest) -> Any:
    return request.user  # signed in: the rule asked


def _done(request: HttpRequest, form: Form | None, act: Callable[[dict[str, Any]], Any], said: str) -> HttpResponse:
    if form is not None and not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("branding")
    try:
        act({"tenant": current_tenant(), "actor": _person(request)})
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect("branding")
