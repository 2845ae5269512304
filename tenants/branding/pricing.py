"""The page of what credits cost, for administrators. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError
from tenants.branding import services
from tenants.branding.forms import PriceForm
from tenants.branding.selectors import read_brand
from tenants.branding.types import PRICES_MAX, Pack

MORE_LINES = 3
FIELDS = ("credits", "price", "currency")


@access("system:write", audit="branding.changed")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prices(request: HttpRequest) -> HttpResponse:
    """What credits cost here, and what becomes of a change. A line that was emptied is gone."""
    if request.method != "POST":
        return _page(request, [PriceForm(initial=_initial(pack)) for pack in read_brand(current_tenant()).packs])
    lines = _sent(request)
    if not all(line.is_valid() for line in lines):
        return _page(request, lines, gettext("Every line has credits, a price and a currency such as USD."), status=422)
    actor: Any = request.user  # signed in: the rule asked
    changes = {"credit_prices": [line.pack() for line in lines]}
    try:
        services.update_branding(tenant=current_tenant(), actor=actor, changes=changes)
    except CryptoUniverseError as error:
        return _page(request, lines, error.sentence(gettext), status=error.status)
    messages.success(request, gettext("Saved. Everybody sees it from now on."))
    return redirect("branding-prices")


def _sent(request: HttpRequest) -> list[PriceForm]:
    typed = zip(*(request.POST.getlist(name) for name in FIELDS), strict=False)
    filled = [line for line in typed if line[0].strip() or line[1].strip()]
    return [PriceForm(dict(zip(FIELDS, line, strict=True))) for line in filled[: PRICES_MAX + 1]]


def _page(request: HttpRequest, lines: Sequence[PriceForm], refusal: str = "", *, status: int = 200) -> HttpResponse:
    shown = [*lines, *(PriceForm() for _line in range(min(MORE_LINES, PRICES_MAX - len(lines))))]
    facts = {"lines": shown, "refusal": refusal, "page": "branding", "part": "look"}
    return render(request, "settings/prices.html", facts, status=status)


def _initial(pack: Pack) -> dict[str, str]:
    return {"credits": _short(pack.credits), "price": _short(pack.price), "currency": pack.currency}


def _short(number: Decimal) -> str:
    """Without the zeros that its column adds."""
    return f"{number.normalize():f}"
