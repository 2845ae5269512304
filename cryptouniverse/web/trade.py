"""The trade page: a ticket with its preview, the orders that wait, and the history as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.kernel.words import told
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.trade_forms import TicketForm, WhereForm
from cryptouniverse.web.wording import rule_name, tidy
from trading.ceilings.types import LEVEL_WORDS, Level
from trading.execution.selectors import orders_of, waiting_by_hand
from trading.execution.services import cancel_all_by_hand, cancel_by_hand, place_by_hand, preview_by_hand
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, market_instruments
from trading.portfolio.selectors import access_portfolio, portfolios_for

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.execution.models import Order
    from trading.portfolio.models import Portfolio

SHOWN, PAGE = 50, 1_000
COLUMNS = (
    "placed_at", "instrument", "purpose", "side", "state", "quantity", "executed", "limit_price", "stop_price",
    "target_price", "reason", "closed_at",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@access("trading:read")
@require_GET
@never_cache
def trade(request: HttpRequest) -> HttpResponse:
    """The ticket of a portfolio, and its orders that wait."""
    user = _person(request)
    portfolio = _portfolio(request, "trading:read")
    waiting = waiting_by_hand(portfolio)
    context = {
        "page": "trade",
        "portfolio": portfolio,
        "portfolios": [(row, shown_name(user, row) or gettext("Own books")) for row in portfolios_for(user)],
        "name": shown_name(user, portfolio) or gettext("Own books"),
        "instruments": _instruments(),
        "waiting": list(waiting[:SHOWN]),
        "latest": list(orders_of(portfolio).exclude(state="open")[:SHOWN]),
        "may": user.may("trading:execute"),
        "key": new_id(),
    }
    return render(request, "trade/page.html", context)


@access("trading:read")
@require_GET
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """What the ticket would cost and what the risk gate says of it, as a piece of the page."""
    portfolio, form = _portfolio(request, "trading:read"), TicketForm(request.GET)
    if not form.is_valid():
        wrong = form.wrong()
        return render(request, "trade/preview.html", {"refused": wrong} if wrong else {"unfinished": True})
    instrument_id, ticket = form.ticket()
    try:
        seen = preview_by_hand(portfolio=portfolio, instrument_id=instrument_id, ticket=ticket)
    except CryptoUniverseError as error:
        return render(request, "trade/preview.html", {"refused": error.sentence(gettext)})
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
    user, portfolio, form = _person(request), _portfolio(request, "trading:execute"), TicketForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.told())
        return redirect(_back(portfolio))
    instrument_id, ticket = form.ticket()
    key = str(form.cleaned_data["key"])
    act = partial(place_by_hand, portfolio=portfolio, actor=user, instrument_id=instrument_id, ticket=ticket, key=key)
    return _done(request, portfolio, act, gettext("The order is placed."))


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Take back an order that waits."""
    user, portfolio = _person(request), _portfolio(request, "trading:execute")
    act = partial(cancel_by_hand, portfolio=portfolio, order_id=order_id, actor=user)
    return _done(request, portfolio, act, gettext("The order is cancelled."))


@access("trading:execute", audit="order.cancelled", counted=Counted.NEVER)
@require_POST
def cancel_all(request: HttpRequest) -> HttpResponse:
    """Take back every order by hand that waits."""
    user, portfolio = _person(request), _portfolio(request, "trading:execute")
    act = partial(cancel_all_by_hand, portfolio=portfolio, actor=user)
    return _done(request, portfolio, act, gettext("All your orders that waited are cancelled."))


@access("trading:read")
@require_GET
def history(request: HttpRequest) -> StreamingHttpResponse:
    """Every order of a portfolio, newest first, as comma-separated values."""
    portfolio = _portfolio(request, "trading:read")
    answer = StreamingHttpResponse(_lines(portfolio, current_tenant()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


class _Line:
    """What `csv` writes to: it gives back what it is given."""

    def write(self, text: str) -> str:
        return text


def _lines(portfolio: Portfolio, tenant: TenantCtx) -> Iterator[str]:
    """The file a page at a time. It is read after the request is over: each page enters the tenant by itself."""
    writer, last = csv.writer(_Line()), None
    yield cast("str", writer.writerow(COLUMNS))
    while True:
        with in_tenant(tenant):
            rows = orders_of(portfolio) if last is None else orders_of(portfolio).filter(pk__lt=last)
            page = list(rows[:PAGE])
        if not page:
            return
        last = page[-1].pk
        for order in page:
            yield cast("str", writer.writerow([_cell(value) for value in _row(order)]))


def _row(order: Order) -> list[Any]:
    intent = order.intent
    return [
        order.placed_at.isoformat(),
        intent.instrument_id,
        intent.purpose,
        intent.side,
        order.state,
        intent.quantity,
        order.executed,
        intent.limit_price,
        intent.stop_price,
        intent.target_price,
        order.reason,
        order.closed_at.isoformat() if order.closed_at else None,
    ]


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not hasattr(value, "normalize") else text


def _done(request: HttpRequest, portfolio: Portfolio, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it in one transaction and go back with a message. Raises NotFound and NotAllowed."""
    try:
        with transaction.atomic():
            act()
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect(_back(portfolio))


def _back(portfolio: Portfolio) -> str:
    return f"{reverse('trade')}?portfolio={portfolio.public_id}"


def _portfolio(request: HttpRequest, permission: str) -> Portfolio:
    form = WhereForm(request.GET if request.method == "GET" else request.POST)
    asked = form.cleaned_data["portfolio"] if form.is_valid() else None
    return access_portfolio(_person(request), asked, permission=permission)


def _instruments() -> list[tuple[str, str]]:
    try:
        feed = feed_state()
    except NoMarket:
        return []
    return [(name, name.partition(":")[2]) for name in market_instruments(feed.source, feed.timeframe)]


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
