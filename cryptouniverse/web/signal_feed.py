"""The signal feed: what a person follows, what came, and the secret address for programs that read feeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.access import access, public
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.web.lab_shown import name_of, names_of
from cryptouniverse.web.opportunities_shown import number, parameters_said, price_of, r_of
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.trade_shown import told_on_page
from strategies.builder.selectors import name_of_version, rule_sets_of
from strategies.feed.selectors import address_of, digest_of, notices_at, notices_of, parameters_of, subscriptions_of
from strategies.feed.services import follow_opportunities, make_address, paths_of, revoke_address, unfollow
from strategies.feed.types import KEPT_DAYS
from strategies.scanner.types import SCORE_LEAST
from tenants.provisioning.services import most_of
from tenants.provisioning.types import SUBSCRIPTIONS
from trading.marketdata.selectors import timeframes_there

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.feed.models import SignalNotice, SignalSubscription

NOTICES_SHOWN = 50
HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class ScoreForm(forms.Form):
    """From which score on, in R."""

    score = forms.DecimalField(min_value=SCORE_LEAST, max_value=-SCORE_LEAST, decimal_places=4)


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What is followed, and what came."""
    return _page(request)


@access("trading:read")
@require_GET
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """The list of signals, to be swapped in place; nothing for what is not shown here."""
    if not {"signals", "all"} & set(request.GET.get("only", "all").split(",")):
        return HttpResponse(status=204)
    return render(request, "lab/signals_rows.html", {"notices": _notices(request), "oob": True})


@access("trading:write", audit="signals.followed")
@require_POST
def follow_all(request: HttpRequest) -> HttpResponse:
    """Follow all opportunities from a score on."""
    form = ScoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say the least score as a number, such as 0.1."))
        return redirect("signal-feed")
    try:
        follow_opportunities(actor=person(request), score_least=form.cleaned_data["score"])
    except CryptoUniverseError as error:
        messages.error(request, told_on_page(error))
    else:
        messages.success(request, gettext("You follow all opportunities of that score from now on."))
    return redirect("signal-feed")


@access("trading:write", audit="signals.unfollowed")
@require_POST
def end(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """End a subscription, at once."""
    unfollow(actor=person(request), subscription_id=subscription_id)
    messages.success(request, gettext("Nothing more of it comes."))
    return redirect("signal-feed")


@method_decorator(never_cache, name="dispatch")
class Address(View):
    """The secret address."""

    @access("trading:read")
    def get(self, request: HttpRequest) -> HttpResponse:
        """Where one comes back to after a second factor."""
        return redirect("signal-feed")

    @access("trading:write", audit="signals.address_made", step_up=True)
    def post(self, request: HttpRequest) -> HttpResponseBase:
        """A new one, shown this once; the one before opens nothing any more."""
        _row, token = make_address(actor=person(request))
        return _page(request, token=token)


@access("trading:write", audit="signals.address_revoked")
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """From now on the address opens nothing."""
    revoke_address(actor=person(request))
    messages.success(request, gettext("The address opens nothing any more."))
    return redirect("signal-feed")


@public
@require_GET
@never_cache
def atom(request: HttpRequest, feed_token: str) -> HttpResponse:
    """The newest signals of whose address it is, as Atom (RFC 4287). Raises NoAddress."""
    found = _entries(feed_token)
    updated = found[0]["row"].delivered_at if found else clock.now()
    context = {
        "entries": found,
        "updated": updated,
        "named": uuid5(NAMESPACE_OID, digest_of(feed_token)),
    }
    text = render_to_string("lab/signals.xml", context, request)
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8", headers=HEADERS)


@public
@require_GET
@never_cache
def json(_request: HttpRequest, feed_token: str) -> JsonResponse:
    """The same as JSON Feed 1.1. Raises NoAddress."""
    items = [
        {
            "id": f"urn:uuid:{entry['id']}",
            "title": entry["title"],
            "content_text": entry["text"],
            "date_published": entry["at"].isoformat(),
        }
        for entry in _entries(feed_token)
    ]
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": gettext("Signals"),
        "description": gettext("Signals that you follow. No advice: results of the past are simulated."),
        "items": items,
    }
    return JsonResponse(body, headers=HEADERS, content_type="application/feed+json")


def _page(request: HttpRequest, *, token: Secret | None = None) -> HttpResponse:
    user = person(request)
    rows, own = list(subscriptions_of(user)), names_of(user)
    there = {one.value: names for one, names in timeframes_there().items()}
    context = {
        "page": "opportunities", "notices": _notices(request), "may": user.may("trading:write"),
        "followed": [_followed(row, own) for row in rows], "rule_sets": _rule_sets(user), "timeframes": [*there],
        "instruments": sorted({name for names in there.values() for name in names}),
        "address": address_of(user), "most": most_of(SUBSCRIPTIONS), "days": KEPT_DAYS,
        "urls": [request.build_absolute_uri(path) for path in paths_of(token).values()] if token else [],
    }  # fmt: skip
    return render(request, "lab/signals.html", context)


def _rule_sets(user: User) -> list[tuple[str, str]]:
    """The newest version of each of their own: its name as a strategy, and theirs."""
    return [(name_of_version(one, one.newest), one.name) for one in rule_sets_of(user)]


def _followed(row: SignalSubscription, own: Mapping[str, str]) -> dict[str, Any]:
    if not row.strategy:
        said = gettext("All opportunities from %(score)s R on") % {"score": number(row.score_least)}
        return {"row": row, "name": said, "facts": ""}
    facts = f"{row.instrument_id.partition(':')[2]} · {row.timeframe} · {parameters_said(parameters_of(row))}"
    return {"row": row, "name": name_of(row.strategy, own), "facts": facts}


def _notices(request: HttpRequest) -> list[dict[str, Any]]:
    user = person(request)
    own = names_of(user)
    return [_entry(row, own) for row in notices_of(user)[:NOTICES_SHOWN]]


def _entries(token: str) -> list[dict[str, Any]]:
    """The newest at a secret address, in words. Raises NoAddress."""
    found = notices_at(token)
    own = names_of(found[0].owner) if found else {}
    return [_entry(row, own) for row in found]


def _entry(row: SignalNotice, own: Mapping[str, str]) -> dict[str, Any]:
    """A signal in words. at: when its candle closed."""
    name, pair, enters = name_of(row.strategy, own), row.instrument_id.partition(":")[2], row.action == "enter_long"
    facts = {"name": name, "pair": pair, "timeframe": row.timeframe, "price": price_of(row.price)}
    title = gettext("Entry: %(pair)s at %(price)s") if enters else gettext("Exit: %(pair)s at %(price)s")
    levels = [gettext("%(name)s on candles of %(timeframe)s.") % facts]
    if row.stop is not None:
        levels.append(gettext("Stop %(stop)s.") % {"stop": price_of(row.stop)})
    if row.target is not None:
        levels.append(gettext("Target %(target)s.") % {"target": price_of(row.target)})
    if row.score is not None:
        levels.append(gettext("Score %(score)s, simulated.") % {"score": r_of(row.score)})
    return {
        "id": row.public_id,
        "row": row,
        "enters": enters,
        "title": title % facts,
        "text": " ".join(levels),
        "at": clock.from_ms(row.slot_ms + Timeframe(row.timeframe).ms),
    }
