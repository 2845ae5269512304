"""Opportunities: what the catalogue sees now, ranked; and from there to a bot or a subscription."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.web.opportunities_shown import cards_of, head_of
from cryptouniverse.web.trade_forms import amount_field
from cryptouniverse.web.trade_parts import at_hand, person
from cryptouniverse.web.trade_shown import told_on_page
from strategies.bots.services import create_bot
from strategies.catalog.registry import all_strategies, strategy
from strategies.catalog.types import Strategy
from strategies.feed.services import follow_strategy
from strategies.scanner.selectors import opportunities
from strategies.scanner.types import SCORE_LEAST
from trading.marketdata.selectors import instrument, timeframes_there
from trading.portfolio.selectors import access_portfolio

A_PAGE = 12
TIMEFRAMES = [(one.value, one.value) for one in Timeframe]


class FilterForm(forms.Form):
    """Which of them are shown. score: the least, in R."""

    family = forms.CharField(required=False, max_length=40)
    timeframe = forms.ChoiceField(required=False, choices=[("", ""), *TIMEFRAMES])
    instrument = forms.CharField(required=False, max_length=64)
    score = forms.DecimalField(required=False, min_value=SCORE_LEAST, max_value=-SCORE_LEAST)
    number = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def wanted(self) -> dict[str, Any]:
        """As lookups; what cannot be is as if it were not said."""
        said = self.cleaned_data if self.is_valid() else {}
        names = {"family": "family", "timeframe": "timeframe", "instrument": "instrument_id", "score": "score__gte"}
        return {lookup: said[name] for name, lookup in names.items() if said.get(name) not in {None, ""}}


class WhatForm(forms.Form):
    """A strategy on a market, as a card names it."""

    strategy = forms.CharField(max_length=60)
    instrument = forms.CharField(max_length=64)
    timeframe = forms.ChoiceField(choices=TIMEFRAMES)


class BotForm(WhatForm):
    """A bot of an opportunity. Stop and target in percent; a target of 0 is none."""

    portfolio = forms.UUIDField(label=_("Portfolio"))
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    allocation = amount_field(_("At most in one entry"))
    stop = forms.DecimalField(label=_("Stop, percent"), min_value=Decimal("0.01"), max_value=99, decimal_places=2)
    target = forms.DecimalField(
        label=_("Target, percent"), min_value=0, max_value=1_000, decimal_places=2, required=False
    )


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The ranking, narrowed as it is asked for, a page at a time."""
    form = FilterForm(request.GET)
    pages = Paginator(opportunities().filter(**form.wanted()), A_PAGE)
    shown = pages.get_page(form.cleaned_data.get("number") or 1)
    said = {name: request.GET.get(name, "") for name in ("family", "timeframe", "instrument", "score")}
    there = timeframes_there()
    context = {
        "page": "opportunities", "head": head_of(), "cards": cards_of(list(shown)), "shown": shown, "said": said,
        "families": sorted({one.family for one in all_strategies().values() if not one.needs}),
        "timeframes": [one.value for one in there],
        "instruments": sorted({name for names in there.values() for name in names}),
        "may": person(request).may("trading:write"),
    }  # fmt: skip
    return render(request, "lab/opportunities.html", context)


@access("trading:write", audit="signals.followed")
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow the strategy's signals on this market, and go to the feed."""
    form = WhatForm(request.POST)
    try:
        if not form.is_valid():
            raise NotFound
        said = form.cleaned_data
        follow_strategy(
            actor=person(request),
            strategy=said["strategy"],
            parameters={},
            instrument_id=said["instrument"],
            timeframe=Timeframe(said["timeframe"]),
        )
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, told_on_page(error))
        return redirect("opportunities")
    messages.success(request, gettext("You follow it from the next candle on."))
    return redirect("signal-feed")


@method_decorator(never_cache, name="dispatch")
class NewBot(View):
    """The form for a bot, filled with what a card said."""

    @access("trading:read")
    def get(self, request: HttpRequest) -> HttpResponse:
        """The form. Raises UnknownStrategy, UnknownInstrument, NotFound for what is no card's."""
        form = WhatForm(request.GET)
        if not form.is_valid():
            raise NotFound
        chosen = strategy(form.cleaned_data["strategy"])
        usual = {
            "stop": _percent(chosen.stop_bps),
            "target": _percent(chosen.target_bps),
            "name": gettext(chosen.title),
        }
        return _form(request, chosen, form.cleaned_data, usual)

    @access("trading:write", audit="bot.created")
    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Make it; what is wrong is said beside the form, which keeps what was typed."""
        what = WhatForm(request.POST)
        if not what.is_valid():
            raise NotFound
        chosen, form = strategy(what.cleaned_data["strategy"]), BotForm(request.POST)
        try:
            if form.is_valid():
                _make(request, chosen, form.cleaned_data)
                messages.success(request, gettext("The bot runs: it enters at its strategy's next signal."))
                return redirect("desk")
            wrong = " ".join(f"{form.fields[name].label}: {found[0]}" for name, found in form.errors.items())
        except (NotFound, NotAllowed):
            raise
        except CryptoUniverseError as error:
            wrong = told_on_page(error)
        messages.error(request, wrong)
        return _form(request, chosen, what.cleaned_data, request.POST.dict(), status=422)


def _make(request: HttpRequest, chosen: Strategy, said: dict[str, Any]) -> None:
    portfolio = access_portfolio(person(request), said["portfolio"], permission="trading:write")
    create_bot(
        owner=portfolio.owner,
        actor=person(request),
        portfolio=portfolio,
        strategy=chosen.name,
        parameters={},
        timeframe=Timeframe(said["timeframe"]),
        instruments=[said["instrument"]],
        allocation=said["allocation"] or 0,
        stop_bps=int(said["stop"] * 100),
        target_bps=int((said["target"] or 0) * 100),
        name=said["name"],
    )


def _form(
    request: HttpRequest, chosen: Strategy, what: dict[str, Any], said: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    listed = instrument(what["instrument"])
    context = {
        "page": "opportunities", "chosen": chosen, "what": what, "said": said, "pair": listed.symbol,
        "portfolios": at_hand(person(request)), "may": person(request).may("trading:write"),
    }  # fmt: skip
    return render(request, "lab/bot.html", context, status=status)


def _percent(bps: int) -> str:
    return f"{Decimal(bps) / 100:f}"
