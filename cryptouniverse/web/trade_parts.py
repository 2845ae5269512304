"""What the pages for ordering share: who asks, for which portfolio, and how what was done is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.contracts import contract_of
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.trade_forms import WhereForm
from cryptouniverse.web.trade_shown import told_on_page
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, market_instruments, market_pairs
from trading.portfolio.selectors import access_portfolio, portfolios_for

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio


def person(request: HttpRequest) -> User:
    """Who is signed in: the rule asked."""
    return cast("User", request.user)


def portfolio_asked(request: HttpRequest, permission: str) -> Portfolio:
    """The portfolio that the request names, else the main one; the caller must have `permission` there."""
    form = WhereForm(request.GET if request.method == "GET" else request.POST)
    asked = form.cleaned_data["portfolio"] if form.is_valid() else None
    return access_portfolio(person(request), asked, permission=permission)


def at_hand(user: User) -> list[tuple[Portfolio, str]]:
    """The portfolios that somebody can choose from, with their names."""
    return [(row, shown_name(user, row) or gettext("Own books")) for row in portfolios_for(user)]


def instruments_now(*, contracts: bool = False) -> list[tuple[str, str]]:
    """The market's instruments with their pairs, and where a pair is there twice with their venues. contracts: those on
    them too, for what reads order books.
    """
    try:
        feed = feed_state()
    except NoMarket:
        return []
    there_now = market_instruments if contracts else market_pairs
    there = [(name, *name.split(":", 1)) for name in there_now(feed.source, feed.timeframe)]
    pairs = Counter(pair for _name, _venue, pair in there)
    return [(name, pair_told(pair) + (f" · {venue}" if pairs[pair] > 1 else "")) for name, venue, pair in there]


def pair_told(symbol: str) -> str:
    """A pair as it is, a contract as what it is: "BTC/USDT future until 2026-12-25"."""
    contract, pair = contract_of(symbol), symbol.partition(":")[0]
    if contract is None:
        return symbol
    if contract.expires_ms is None:
        return gettext("%(pair)s perpetual") % {"pair": pair}
    facts = {"pair": pair, "day": f"{from_ms(contract.expires_ms):%F}", "strike": contract.strike}
    if contract.strike is None:
        return gettext("%(pair)s future until %(day)s") % facts
    said = gettext("%(pair)s call at %(strike)s until %(day)s")
    return (said if contract.is_call else gettext("%(pair)s put at %(strike)s until %(day)s")) % facts


def done(
    request: HttpRequest,
    portfolio: Portfolio,
    act: Callable[[], object],
    said: str,
    *,
    page: str = "trade",
    wrong: str = "",
) -> HttpResponse:
    """Do it in one transaction and go back to `page` with a message. wrong: what was sent cannot be done, and why.

    Raises NotFound and NotAllowed.
    """
    try:
        with transaction.atomic():
            if not wrong:
                act()
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        wrong = told_on_page(error)
    if wrong:
        messages.error(request, wrong)
    else:
        messages.success(request, said)
    return redirect(back_to(portfolio, page))


def back_to(portfolio: Portfolio, page: str = "trade") -> str:
    """The page of a portfolio."""
    return f"{reverse(page)}?portfolio={portfolio.public_id}"
