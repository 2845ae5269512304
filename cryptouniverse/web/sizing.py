"""How large a bot's entries are: a form for each way of sizing, as a page or in the desk's dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.web.risk_forms import SizingForm
from cryptouniverse.web.risk_types import Kind
from cryptouniverse.web.trade_parts import person
from strategies.bots.selectors import access_bot
from strategies.bots.services import change_bot
from trading.portfolio.selectors import rights_on
from trading.risk.selectors import read_sizing
from trading.risk.sizing import METHODS

if TYPE_CHECKING:
    from strategies.bots.models import Bot


@method_decorator(never_cache, name="dispatch")
class BotSizing(View):
    """The ways of sizing, the bot's own first to see."""

    @access("trading:read")
    def get(self, request: HttpRequest, bot_id: UUID) -> HttpResponse:
        """The page, or what stands in the dialog where htmx asks. Raises UnknownBot."""
        bot = access_bot(person(request), bot_id, permission="trading:read")
        inside = request.headers.get("HX-Request") == "true"
        return _shown(request, bot, "risk/sizing_dialog.html" if inside else "risk/sizing.html")

    @access("trading:write", audit="bot.changed")
    def post(self, request: HttpRequest, bot_id: UUID) -> HttpResponseBase:
        """Size by another method, or with other numbers, from the next candle on."""
        bot = access_bot(person(request), bot_id, permission="trading:write")
        method = METHODS.get(request.POST.get("method", ""))
        if method is None:
            raise Invalid(_("There is no such way of sizing."))
        form = _form(request.POST, bot, method.name)
        if form.is_valid():
            try:
                change_bot(bot=bot, actor=person(request), sizing=form.said())
            except (NotFound, NotAllowed):
                raise
            except CryptoUniverseError as error:
                form.refuse(error)
            else:
                said = gettext("%(name)s sizes its entries so from the next candle on.") % {"name": bot.name}
                messages.success(request, said)
                back = "desk" if request.POST.get("back") == "desk" else "risk"
                return redirect(f"{reverse(back)}?portfolio={bot.portfolio.public_id}")
        return _shown(request, bot, "risk/sizing.html", form)


def _form(data: Any, bot: Bot, method: str) -> SizingForm:
    stored = read_sizing(bot.sizing).told()
    return SizingForm(data, METHODS[method], stored, key=method, currency=bot.portfolio.currency)


def _shown(request: HttpRequest, bot: Bot, template: str, refused: SizingForm | None = None) -> HttpResponse:
    used = read_sizing(bot.sizing).method
    opened = refused.method.name if refused else used
    kinds = []
    for method in METHODS.values():
        form = refused if refused and refused.method is method else _form(None, bot, method.name)
        words, meaning = gettext(method.words), gettext(method.meaning)
        now = gettext("in use") if method.name == used else ""
        kinds.append(Kind(method.name, words, meaning, form, method.name == opened, now))
    context = {
        "page": "risk",
        "bot": bot,
        "portfolio": bot.portfolio,
        "kinds": kinds,
        "may": "trading:write" in rights_on(person(request), bot.portfolio),
        "back": "desk" if template == "risk/sizing_dialog.html" or request.POST.get("back") == "desk" else "risk",
    }
    return render(request, template, context, status=422 if refused else 200)
