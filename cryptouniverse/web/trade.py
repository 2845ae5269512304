"""The trade page: a ticket with its preview, and the orders that wait."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.words import told
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.trade_forms import TicketForm, WhereForm
from cryptouniverse.web.trade_history import HistoryForm, history_page
from cryptouniverse.web.trade_parts import at_hand, back_to, done, instruments_now, person, portfolio_asked
from cryptouniverse.web.trade_shown import has_more, ticket_shown, told_on_page
from cryptouniverse.web.wording import rule_name, tidy
from trading.ceilings.types import LEVEL_WORDS, Level
from trading.execution.selectors import (
    PURPOSE_WORDS,
    STATE_WORDS,
    access_order_by_hand,
    templates_of,
    waiting_by_hand,
)
from trading.execution.services import (
    amend_by_hand,
    apply_template,
    cancel_all_by_hand,
    cancel_by_hand,
    place_by_hand,
    preview_by_hand,
)
from trading.marketdata.selectors import instruments
from trading.portfolio.selectors import open_positions_of

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio, Position

SHOWN = 50


class AskedForm(WhereForm):
    """With what the ticket is filled: an order that is amended, or a template at today's price of an instrument."""

    amend = forms.UUIDField(required=False)
    template = forms.UUIDField(required=False)
    of = forms.CharField(max_length=60, required=False)


@access("trading:read")
@require_GET
@never_cache
def trade(request: HttpRequest) -> HttpResponse:
    """The ticket of a portfolio, its orders that wait, its positions and its history.

    The ticket is empty, an order that is amended, or a template at today's price.
    """
    user, portfolio = person(request), portfolio_asked(request, "trading:read")
    context = {
        "page": "trade",
        "portfolio": portfolio,
        "portfolios": at_hand(user),
        "name": shown_name(user, portfolio) or gettext("Own books"),
        "instruments": instruments_now(),
        "waiting": list(waiting_by_hand(portfolio)[:SHOWN]),
        "positions": _positions(portfolio),
        "templates": list(templates_of(user)),
        "history": history_page(HistoryForm(request.GET), portfolio),
        "states": STATE_WORDS,
        "purposes": PURPOSE_WORDS,
        "may": user.may("trading:execute"),
        "key": new_id(),
        **_filled(request, portfolio, AskedForm(request.GET)),
    }
    return render(request, "trade/page.html", context)


@access("trading:read")
@require_GET
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """What the ticket would cost and what the risk gate says of it, as a piece of the page."""
    portfolio, form = portfolio_asked(request, "trading:read"), TicketForm(request.GET)
    if not form.is_valid():
        wrong = form.wrong()
        return render(request, "trade/preview.html", {"refused": wrong} if wrong else {"unfinished": True})
    try:
        instrument_id, ticket = form.ticket()
        seen = preview_by_hand(
            portfolio=portfolio, instrument_id=instrument_id, ticket=ticket, instead_of=form.cleaned_data["amends"]
        )
    except CryptoUniverseError as error:
        return render(request, "trade/preview.html", {"refused": told_on_page(error)})
    context = {
        "seen": seen,
        "currency": seen.instrument.quote,
        "why": {
            "rule": rule_name(seen.rule),
            "limit": tidy(told(seen.limit, gettext)),
            "value": tidy(told(seen.value, gettext)),
            "level": gettext(LEVEL_WORDS[Level(seen.level)]) if seen.level else "",
        },
    }
    return render(request, "trade/preview.html", context)


@access("trading:execute", audit="order.placed")
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Place the order, once for each ticket that was opened."""
    user, portfolio, form = person(request), portfolio_asked(request, "trading:execute"), TicketForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.told())
        return redirect(back_to(portfolio))

    def act() -> None:
        instrument_id, ticket = form.ticket()
        key = str(form.cleaned_data["key"])
        place_by_hand(portfolio=portfolio, actor=user, instrument_id=instrument_id, ticket=ticket, key=key)

    return done(request, portfolio, act, gettext("The order is placed."))


@access("trading:execute", audit="order.amended")
@require_POST
def amend(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Give an order that waits the terms of the ticket."""
    user, portfolio, form = person(request), portfolio_asked(request, "trading:execute"), TicketForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.told())
        return redirect(back_to(portfolio))

    def act() -> None:
        _, ticket = form.ticket()
        said = {each.name: getattr(ticket, each.name) for each in fields(ticket)}
        amend_by_hand(portfolio=portfolio, order_id=order_id, actor=user, changes=said)

    return done(request, portfolio, act, gettext("The order has its new terms."))


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Take back an order that waits."""
    user, portfolio = person(request), portfolio_asked(request, "trading:execute")
    act = partial(cancel_by_hand, portfolio=portfolio, order_id=order_id, actor=user)
    return done(request, portfolio, act, gettext("The order is cancelled."))


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
@require_POST
def cancel_all(request: HttpRequest) -> HttpResponse:
    """Take back every order by hand that waits."""
    user, portfolio = person(request), portfolio_asked(request, "trading:execute")
    act = partial(cancel_all_by_hand, portfolio=portfolio, actor=user)
    return done(request, portfolio, act, gettext("All your orders that waited are cancelled."))


def _filled(request: HttpRequest, portfolio: Portfolio, asked: AskedForm) -> dict[str, Any]:
    """The values that the ticket begins with."""
    said = asked.cleaned_data if asked.is_valid() else {}
    shown: dict[str, str] = {}
    try:
        if order_id := said.get("amend"):
            order = access_order_by_hand(portfolio, order_id)
            if order.ticket is not None:
                told = ticket_shown(order.ticket, order.instrument_id)
                return {"shown": told, "amends": order, "more": has_more(told)}
        if template_id := said.get("template"):
            user = person(request)
            ticket = apply_template(
                actor=user, template_id=template_id, portfolio=portfolio, instrument_id=said.get("of", "")
            )
            shown = ticket_shown(ticket, said.get("of", ""))
    except CryptoUniverseError as error:
        messages.error(request, told_on_page(error))
    return {"shown": shown, "more": has_more(shown)}


def _positions(portfolio: Portfolio) -> list[tuple[Position, Decimal]]:
    """Open positions, each with the tick of its instrument."""
    rows = list(open_positions_of(portfolio)[:SHOWN])
    listed = instruments({row.instrument_id for row in rows}) if rows else {}
    return [(row, listed[row.instrument_id].tick) for row in rows]
