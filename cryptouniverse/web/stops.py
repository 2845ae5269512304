"""What ends a bot's positions: its stop and target, and what moves the stop, in per cent, as a page of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.web.trade_parts import person
from strategies.bots.selectors import access_bot
from strategies.bots.services import change_bot
from trading.portfolio.selectors import rights_on

if TYPE_CHECKING:
    from strategies.bots.models import Bot

PERCENT = Decimal(100)


def _percent(label: Any, why: Any, least: str, most: int) -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=why, min_value=Decimal(least), max_value=most, decimal_places=2)


class StopsForm(forms.Form):
    """Distances from the entry in per cent; 0: not so."""

    stop = _percent(_("Stop"), _("Sold when the price falls this far below the entry."), "0.01", 99)
    target = _percent(_("Target"), _("Sold when the price has risen this far. 0: no target."), "0", 1_000)
    trail = _percent(_("Trailing stop"), _("The stop follows the best price at this distance. 0: it stays."), "0", 99)
    break_even = _percent(
        _("Break-even"), _("After a rise this far the stop moves to the entry plus fees. 0: it stays."), "0", 1_000
    )
    candles = forms.IntegerField(
        label=_("Time stop, candles"),
        help_text=_("Sold after so many candles, whatever the price. 0: never."),
        min_value=0,
        max_value=100_000,
    )

    def changes(self) -> dict[str, int]:
        """What is said, as `change_bot` takes it."""
        said = self.cleaned_data
        names = {"stop_bps": "stop", "target_bps": "target", "trail_bps": "trail", "break_even_bps": "break_even"}
        return {field: int(said[name] * PERCENT) for field, name in names.items()} | {
            "time_stop_candles": said["candles"]
        }


@method_decorator(never_cache, name="dispatch")
class BotStops(View):
    """Stop, target, and what moves the stop."""

    @access("trading:read")
    def get(self, request: HttpRequest, bot_id: UUID) -> HttpResponse:
        """The page. Raises UnknownBot."""
        bot = access_bot(person(request), bot_id, permission="trading:read")
        return _shown(request, bot, StopsForm(initial=_standing(bot)))

    @access("trading:write", audit="bot.changed")
    def post(self, request: HttpRequest, bot_id: UUID) -> HttpResponse:
        """Others, for what is entered from the next candle on."""
        bot = access_bot(person(request), bot_id, permission="trading:write")
        form = StopsForm(request.POST)
        if form.is_valid():
            try:
                change_bot(bot=bot, actor=person(request), **form.changes())
            except (NotFound, NotAllowed):
                raise
            except CryptoUniverseError as error:
                form.add_error(None, error.sentence(gettext))
            else:
                said = gettext("%(name)s ends its next positions so. Those that are open stay as they are.")
                messages.success(request, said % {"name": bot.name})
                return redirect(f"{reverse('risk')}?portfolio={bot.portfolio.public_id}")
        return _shown(request, bot, form)


def _standing(bot: Bot) -> dict[str, object]:
    distances = {
        "stop": bot.stop_bps,
        "target": bot.target_bps,
        "trail": bot.trail_bps,
        "break_even": bot.break_even_bps,
    }
    shown = {name: f"{(bps / PERCENT).normalize():f}" for name, bps in distances.items()}
    return {**shown, "candles": bot.time_stop_candles}


def _shown(request: HttpRequest, bot: Bot, form: StopsForm) -> HttpResponse:
    may = "trading:write" in rights_on(person(request), bot.portfolio)
    context = {"page": "risk", "bot": bot, "portfolio": bot.portfolio, "form": form, "may": may}
    return render(request, "risk/stops.html", context, status=422 if form.errors else 200)
