"""The risk page of a portfolio: its limits, protections and triggers, shown and changed as the API changes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cryptouniverse.kernel.access import access, confirmed
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.web.panels import choices_of
from cryptouniverse.web.reading import Reading, shown_name
from cryptouniverse.web.risk_forms import MadeForm
from cryptouniverse.web.risk_reading import Risk, caps_form, keyed
from cryptouniverse.web.trade_parts import person
from trading.portfolio.errors import UnknownPortfolio
from trading.portfolio.selectors import access_portfolio
from trading.risk.errors import PartGone
from trading.risk.protections import METHODS
from trading.risk.selectors import limits_of
from trading.risk.services import change_limits, change_part
from trading.risk.triggers import KINDS

if TYPE_CHECKING:
    pass

PARTS: Final = {"protections": "method", "triggers": "trigger"}  # and what names the kind in each
WAYS: Final = {"limits", *PARTS}


@method_decorator(never_cache, name="dispatch")
class RiskPage(View):
    """What nothing may cross in a portfolio, what locks or stops it by itself, and how near that is."""

    @access("portfolio:read")
    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; a person without a portfolio gets the first steps instead. Raises UnknownPortfolio."""
        try:
            return _page(request, Risk(_reading(request)))
        except UnknownPortfolio:
            if "portfolio" in request.GET:
                raise
            return render(request, "desk/first.html")

    @access("portfolio:write", audit="limits.changed", step_up=True)
    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Change the limits, or one protection or trigger; what is refused is shown as it was typed."""
        risk = Risk(_reading(request))
        access_portfolio(person(request), risk.portfolio.public_id, permission="portfolio:write")
        part = request.POST.get("part", "")
        if part not in WAYS:
            raise Invalid(_("There is nothing of that name to change."))
        key, form = _limits(request, risk) if part == "limits" else _part(request, risk, part)
        if form is None:
            return redirect(f"{reverse('risk')}?portfolio={risk.portfolio.public_id}")
        return _page(request, Risk(risk.reading, {(part, key): form}), status=422)


@access("portfolio:read")
@require_GET
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """What moves by itself: the mode, meters and locks, each to be swapped in place."""
    try:
        risk = Risk(_reading(request))
    except UnknownPortfolio:
        if "portfolio" in request.GET:
            raise
        return HttpResponse(status=204)
    return render(request, "risk/panels.html", {"risk": risk, "oob": True})


def _limits(request: HttpRequest, risk: Risk) -> tuple[str, MadeForm | None]:
    form = caps_form(request.POST, risk.reading, limits_of(risk.portfolio))
    if form.is_valid():
        try:
            change_limits(portfolio=risk.portfolio, actor=person(request), **form.named())
        except (NotFound, NotAllowed):
            raise
        except CryptoUniverseError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The limits are saved. They hold from the next decision on."))
            return "", None
    return "", form


def _part(request: HttpRequest, risk: Risk, part: str) -> tuple[str, MadeForm | None]:
    """Add, change or remove one; its key on the page with its form where that was refused."""
    was = _was(request.POST.get("was", ""))
    kind = str(was.get(PARTS[part])) if was else request.POST.get("kind", "")
    if kind not in (METHODS if part == "protections" else KINDS):
        raise Invalid(_("There is nothing of that name to change."))
    change: dict[str, Any] = {"portfolio": risk.portfolio, "actor": person(request), "part": part, "was": was}
    key = _key(risk, part, was) if was else kind
    form: Any = risk.made(part, kind, was, request.POST, key=key or kind)
    try:
        if key is None:
            raise PartGone()
        if "remove" in request.POST and was:
            change_part(**change, to=None)
            messages.success(request, gettext("It is removed."))
            return key, None
        if form.is_valid():
            change_part(**change, to=form.said())
            messages.success(request, gettext("Saved. It counts from the next look on."))
            return key, None
    except (NotFound, NotAllowed):
        raise
    except PartGone as error:
        messages.error(request, error.sentence(gettext))
        return kind, None
    except CryptoUniverseError as error:
        form.refuse(error)
    return key or kind, form


def _was(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        found = None
    return found if isinstance(found, dict) else None


def _key(risk: Risk, part: str, was: dict[str, Any]) -> str | None:
    """The key of the one that was shown; None where it is not there any more."""
    return next((key for key, one in keyed(getattr(risk.row, part)) if one == was), None)


def _page(request: HttpRequest, risk: Risk, status: int = 200) -> HttpResponse:
    reading = risk.reading
    context = {
        "page": "risk",
        "risk": risk,
        "portfolio": risk.portfolio,
        "portfolios": choices_of(reading),
        "name": shown_name(reading.user, risk.portfolio) or gettext("Own books"),
        "unconfirmed": risk.may and not confirmed(request),
    }
    return render(request, "risk/page.html", context, status=status)


def _reading(request: HttpRequest) -> Reading:
    asked = request.GET.get("portfolio", "")
    try:
        named = UUID(asked) if asked else None
    except ValueError:
        raise UnknownPortfolio from None
    return Reading(person(request), (), asked=named)
