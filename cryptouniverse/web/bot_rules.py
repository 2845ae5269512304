"""The version of a person's rules that a bot trades by, and the way to another one. Thin."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.cache import never_cache

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.web.trade_parts import person
from strategies.bots.selectors import access_bot
from strategies.bots.services import change_bot
from strategies.builder.selectors import PREFIX, strategy_of, versions_named
from trading.portfolio.selectors import rights_on


class VersionForm(forms.Form):
    """The name of a version."""

    strategy = forms.CharField(max_length=60)


@method_decorator(never_cache, name="dispatch")
class BotRules(View):
    """Which version it is, and which others there are."""

    @access("trading:read")
    def get(self, request: HttpRequest, rules_bot_id: UUID) -> HttpResponse:
        """The page. Raises UnknownBot."""
        user = person(request)
        bot = access_bot(user, rules_bot_id, permission="trading:read")
        context = {
            "page": "bots", "bot": bot, "portfolio": bot.portfolio, "by_rules": bot.strategy.startswith(PREFIX),
            "title": strategy_of(bot.strategy).title, "versions": versions_named(bot.strategy),
            "may": "trading:write" in rights_on(user, bot.portfolio),
        }  # fmt: skip
        return render(request, "desk/bot_rules.html", context)

    @access("trading:write", audit="bot.changed")
    def post(self, request: HttpRequest, rules_bot_id: UUID) -> HttpResponse:
        """Trade by another version from the next candle on."""
        bot, form = access_bot(person(request), rules_bot_id, permission="trading:write"), VersionForm(request.POST)
        try:
            change_bot(bot=bot, actor=person(request), strategy=form.data.get("strategy", "")[:60])
        except (NotFound, NotAllowed):
            raise
        except CryptoUniverseError as error:
            messages.error(request, error.sentence(gettext))
        else:
            said = gettext("%(name)s trades by this version from the next candle on. What is open stays as it is.")
            messages.success(request, said % {"name": bot.name})
        return redirect("bot-rules", rules_bot_id)
