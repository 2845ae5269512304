"""Buying and selling over time: begun on a page, watched there, held up and ended."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.contracts import is_contract
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.web.over_time_forms import OverTimeForm, fields_of
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.trade_parts import at_hand, done, instruments_now, person, portfolio_asked
from cryptouniverse.web.wording import rule_name
from trading.algorithms import all_kinds
from trading.execution.selectors import over_time_of, parent_order, progress_of
from trading.execution.services import begin_over_time, end_over_time, go_on, hold_up
from trading.marketdata.selectors import instrument
from trading.portfolio.selectors import access_position, open_positions_of
from trading.risk.selectors import meaning_of

SHOWN = 20
PAGE = "trade-over-time"


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The form, and the orders over time of a portfolio with their progress."""
    user, portfolio = person(request), portfolio_asked(request, "trading:read")
    rows = [progress_of(row) for row in over_time_of(portfolio)[:SHOWN]]
    kinds = [(kind, gettext(kind.title), gettext(kind.meaning), fields_of(kind.name)) for kind in all_kinds().values()]
    context = {
        "page": "trade",
        "portfolio": portfolio,
        "portfolios": at_hand(user),
        "name": shown_name(user, portfolio) or gettext("Own books"),
        "instruments": instruments_now(),
        "positions": [row for row in open_positions_of(portfolio) if not is_contract(row.instrument_id)],
        "kinds": kinds,
        "rows": [(row, rule_name(row.rule) if meaning_of(row.rule) else "") for row in rows],
        "may": user.may("trading:execute"),
        "key": new_id(),
    }
    return render(request, "trade/over_time.html", context)


@access("trading:execute", audit="order.begun")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin one, once for each form that was opened."""
    user, portfolio, form = person(request), portfolio_asked(request, "trading:execute"), OverTimeForm(request.POST)

    def act() -> None:
        wanted = form.cleaned_data["position"]
        position = access_position(portfolio, wanted) if wanted else None
        name = position.instrument_id if position else form.cleaned_data["instrument"]
        begin_over_time(
            portfolio=portfolio,
            actor=user,
            instrument_id=name,
            asked=form.asked(instrument(name)),
            key=str(form.cleaned_data["key"]),
            position=position,
        )

    wrong = "" if form.is_valid() else form.told()
    return done(request, portfolio, act, gettext("It has begun. Its parts follow."), page=PAGE, wrong=wrong)


@access("trading:execute", audit="order.paused", counted=Counted.NEVER)
@require_POST
def pause(request: HttpRequest, parent_id: UUID) -> HttpResponse:
    """Hold one up."""
    user, portfolio = person(request), portfolio_asked(request, "trading:execute")
    row = parent_order(portfolio, parent_id)
    act = partial(hold_up, row=row, actor=user, reason=gettext("on the page"))
    return done(request, portfolio, act, gettext("It is paused. What was bought or sold stays."), page=PAGE)


@access("trading:execute", audit="order.resumed")
@require_POST
def resume(request: HttpRequest, parent_id: UUID) -> HttpResponse:
    """Go on with one."""
    user, portfolio = person(request), portfolio_asked(request, "trading:execute")
    act = partial(go_on, row=parent_order(portfolio, parent_id), actor=user)
    return done(request, portfolio, act, gettext("It goes on."), page=PAGE)


@access("trading:execute", audit="order.ended", counted=Counted.NEVER)
@require_POST
def end(request: HttpRequest, parent_id: UUID) -> HttpResponse:
    """End one."""
    user, portfolio = person(request), portfolio_asked(request, "trading:execute")
    act = partial(end_over_time, row=parent_order(portfolio, parent_id), actor=user)
    return done(request, portfolio, act, gettext("It is ended. What was bought or sold stays."), page=PAGE)
