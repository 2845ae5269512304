"""Positions on the trade page: a part of one is closed, and what protects it is given other terms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_forms import PartForm, ProtectionForm
from cryptouniverse.web.trade_parts import back_to, done, person, portfolio_asked
from cryptouniverse.web.trade_shown import has_more, protection_shown
from trading.execution.services import leave_by_hand, protect_by_hand, protection_at
from trading.portfolio.selectors import access_position


@access("trading:execute", audit="position.left", counted=Counted.NEVER)
@require_POST
def close(request: HttpRequest, position_id: UUID) -> HttpResponse:
    """Sell a position at the market, or a part of it; a repeated submit sells nothing more."""
    form = PartForm(request.POST)
    portfolio = portfolio_asked(request, "trading:execute")
    position = access_position(portfolio, position_id)
    if not form.is_valid():
        messages.error(request, form.told())
        return redirect(back_to(portfolio))
    user = person(request)

    def act() -> None:
        part = form.of(position.quantity, position.instrument_id)
        key = submit_key(request.POST)
        leave_by_hand(portfolio=portfolio, position_id=position_id, actor=user, quantity=part, key=key)

    return done(request, portfolio, act, gettext("It is being sold at the next price."))


@access("trading:read")
@require_GET
@never_cache
def protection(request: HttpRequest, position_id: UUID) -> HttpResponse:
    """What protects a position now, in a form that gives it other terms."""
    portfolio = portfolio_asked(request, "trading:read")
    position = access_position(portfolio, position_id)
    try:
        seen = protection_at(portfolio=portfolio, position_id=position.public_id)
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
        return redirect(back_to(portfolio))
    shown = protection_shown(seen.protection, seen.quantity)
    context = {"page": "trade", "portfolio": portfolio, "position": position, "seen": seen, "shown": shown}
    may = person(request).may("trading:execute")
    return render(request, "trade/protection.html", {**context, "more": has_more(shown), "may": may})


@access("trading:execute", audit="protection.amended")
@require_POST
def protect(request: HttpRequest, position_id: UUID) -> HttpResponse:
    """Give a position the protection of the form."""
    form = ProtectionForm(request.POST)
    portfolio = portfolio_asked(request, "trading:execute")
    position = access_position(portfolio, position_id)
    if not form.is_valid():
        messages.error(request, form.told())
        return redirect(back_to(portfolio))
    user = person(request)

    def act() -> None:
        changes = form.protection(position.quantity, position.instrument_id)
        protect_by_hand(portfolio=portfolio, position_id=position_id, actor=user, changes=changes)

    return done(request, portfolio, act, gettext("The position has its new protection."))
