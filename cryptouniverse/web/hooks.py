"""The page of a bot's signals from outside: its address, what opens it, a test, and the last alerts. Thin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.words import told
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.wording import rule_name, tidy
from strategies.bots.selectors import access_bot, access_own_bot
from strategies.catalog.outside import OUTSIDE, WEBHOOK
from strategies.hooks import services
from strategies.hooks.selectors import address_of, alerts_of, hook_of, message_for, secret_in_force
from strategies.hooks.types import JUDGED_AS, SPARE, TOLD, Outcome, Secrets
from strategies.signals.types import Action
from trading.portfolio.selectors import rights_on

if TYPE_CHECKING:
    from strategies.bots.models import Bot
    from strategies.hooks.models import Alert

SHOWN: Final = 30
DIALOGS: Final = frozenset({"rotate", "revoke"})
_GOOD: Final = frozenset({Outcome.ENTERED, Outcome.LEFT})
_BAD: Final = frozenset({Outcome.REFUSED, Outcome.EXPIRED, Outcome.NO_VERDICT})
SHORT: Final = {
    Outcome.WAITING: _("Waiting"),
    Outcome.ENTERED: _("Entered"),
    Outcome.LEFT: _("Left"),
    Outcome.REFUSED: _("Refused"),
    Outcome.NO_VERDICT: _("No trade"),
    Outcome.HELD: _("Nothing to do"),
    Outcome.NOT_HELD: _("Nothing to do"),
    Outcome.PAUSED: _("Not entered"),
    Outcome.CLOSED: _("Not entered"),
    Outcome.SUPERSEDED: _("Passed over"),
    Outcome.EXPIRED: _("Dropped"),
}
OVERLAPS: Final = (
    ("24", _("24 hours")),
    ("1", _("1 hour")),
    ("168", _("7 days")),
    ("0", _("not at all: somebody has seen it")),
)


class OverlapForm(forms.Form):
    """How long the secrets before go on to open it."""

    overlap_hours = forms.TypedChoiceField(choices=OVERLAPS, coerce=int)


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """The page. Raises UnknownBot."""
    return _page(request, access_bot(person(request), signal_bot_id, permission="trading:read"))


@access("trading:read")
@require_GET
@never_cache
def panels(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """The last alerts, to be swapped in place."""
    if "alerts" not in request.GET.get("only", ""):
        return HttpResponse(status=204)
    bot = access_bot(person(request), signal_bot_id, permission="trading:read")
    return render(request, "hooks/alerts.html", {"bot": bot, "alerts": _alerts(bot), "oob": True})


@access("trading:write", audit="hook.opened", step_up=True)
@require_POST
@never_cache
def open_(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """Make its secrets, shown this once; its owner alone may."""
    bot = access_own_bot(person(request), signal_bot_id)
    return _made(request, bot, lambda: services.open_hook(bot=bot, actor=person(request))[1])


@access("trading:write", audit="hook.rotated", step_up=True)
@require_POST
@never_cache
def rotate(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """Other secrets, shown this once; its owner alone may."""
    bot, form = access_own_bot(person(request), signal_bot_id), OverlapForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose how long the old secrets work on."))
        return redirect("hook", signal_bot_id)
    hours = form.cleaned_data["overlap_hours"]
    return _made(request, bot, lambda: services.rotate_hook(bot=bot, actor=person(request), overlap_h=hours)[1], hours)


@access("trading:write", audit="hook.judged")
@require_POST
def judge(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """Choose as what its wishes to enter are judged; its owner alone may."""
    bot, family = access_own_bot(person(request), signal_bot_id), request.POST.get("judged_as", "")
    said = gettext("From the next candle on its entries are judged so.")
    return _done(request, bot, lambda: services.judge_hook_as(bot=bot, actor=person(request), family=family), said)


@access("trading:execute", audit="hook.revoked")
@require_POST
def revoke(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """Take its secrets back."""
    bot = access_bot(person(request), signal_bot_id, permission="trading:execute")
    said = gettext("Taken back: no alert gets in until you make new secrets.")
    return _done(request, bot, lambda: services.revoke_hook(bot=bot, actor=person(request)), said)


@access("trading:execute", audit="hook.tested")
@require_POST
def test(request: HttpRequest, signal_bot_id: UUID) -> HttpResponse:
    """Send an alert that trades nothing."""
    bot = access_bot(person(request), signal_bot_id, permission="trading:execute")
    name = request.POST.get("instrument", "")[:64]
    said = gettext("The test waits for the next closed candle. What came of it shows in the list by itself.")
    return _done(request, bot, lambda: services.send_test(bot=bot, actor=person(request), instrument_id=name), said)


def _made(request: HttpRequest, bot: Bot, make: Callable[[], Secrets], overlap_h: int = 0) -> HttpResponse:
    try:
        return _page(request, bot, secrets=make(), overlap_h=overlap_h)
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
        return redirect("hook", bot.public_id)


def _done(request: HttpRequest, bot: Bot, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect("hook", bot.public_id)


def _page(request: HttpRequest, bot: Bot, *, secrets: Secrets | None = None, overlap_h: int = 0) -> HttpResponse:
    hook, user = hook_of(bot), person(request)
    rights, opened = rights_on(user, bot.portfolio), request.GET.get("open", "")
    context: dict[str, Any] = {
        "page": "bots", "bot": bot, "portfolio": bot.portfolio, "hook": hook, "takes": bot.strategy == WEBHOOK,
        "in_force": secret_in_force(hook), "address": address_of(hook) if hook else "",
        "message": message_for(secrets.message if secrets else None), "overlap_h": overlap_h,
        "secret": secrets.message.reveal() if secrets else "", "signing": secrets.signing.reveal() if secrets else "",
        "alerts": _alerts(bot), "opened": opened if opened in DIALOGS else "", "overlaps": OVERLAPS,
        "mine": bot.owner_id == user.pk and "trading:write" in rights, "acts": "trading:execute" in rights,
        "families": [(family, gettext(words)) for family, words in JUDGED_AS.items()],
        "judged_as": hook.judged_as if hook else OUTSIDE.judged_as,
        "judged_said": gettext(JUDGED_AS[hook.judged_as if hook else OUTSIDE.judged_as]),
        "spare_min": int(SPARE.total_seconds() // 60),
    }  # fmt: skip
    return render(request, "hooks/page.html", context)


def _alerts(bot: Bot) -> list[dict[str, Any]]:
    return [_shown(row) for row in alerts_of(bot)[:SHOWN]]


def _shown(row: Alert) -> dict[str, Any]:
    outcome = Outcome(row.outcome)
    why = f"{rule_name(row.rule)}: {tidy(told(row.value, gettext))}" if row.rule else ""
    return {
        "row": row, "enters": row.action == Action.ENTER_LONG.value, "instrument": row.instrument_id.partition(":")[2],
        "short": SHORT[outcome], "said": why or gettext(TOLD[outcome]), "waits": outcome is Outcome.WAITING,
        "tone": "gain" if outcome in _GOOD else "warn" if outcome in _BAD else "",
    }  # fmt: skip
