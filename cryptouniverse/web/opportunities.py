"""Opportunities: what the catalogue sees now, ranked; and from there to the form of a bot, or to a subscription."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.web.finders import seen_context
from cryptouniverse.web.opportunities_shown import cards_of, head_of
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.trade_shown import told_on_page
from strategies.catalog.registry import all_strategies
from strategies.feed.services import follow_strategy
from strategies.scanner.selectors import opportunities
from strategies.scanner.types import SCORE_LEAST
from trading.marketdata.selectors import timeframes_there

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
        "may": person(request).may("trading:write"), **seen_context(),
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
