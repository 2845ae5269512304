"""What strategies that read order books see now, and what the bots that run them did."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.words import told
from cryptouniverse.web.trade_parts import person
from cryptouniverse.web.wording import tidy
from strategies.bots.selectors import access_bot
from strategies.catalog.registry import all_finders
from strategies.finding.selectors import balances_of, found_by, outlook_of, seen_now, shorts_of
from strategies.finding.types import SeenNow
from trading.marketdata.selectors import instruments
from trading.risk.selectors import title_of

A_PAGE = 25


def seen_context() -> dict[str, Any]:
    """For the page of opportunities: rows of what is seen, and what has no books to read, with what it needs."""
    found = seen_now()
    reading = {one.strategy for one in found}
    waiting = [(gettext(one.title), gettext(one.needs)) for one in all_finders().values() if one.name not in reading]
    rows = [_row(one) for one in found]
    return {"seen": rows, "waiting": waiting, "simulated": any(row["simulated"] for row in rows)}


@access("trading:read")
@require_GET
@never_cache
def found(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Its trades with their legs, what was one-sided, and what held back the last one."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    trades, outlook = found_by(bot), outlook_of(bot)
    number = request.GET.get("number", "1")
    shown = Paginator(trades, A_PAGE).get_page(number)
    context = {
        "page": "desk", "bot": bot, "portfolio": bot.portfolio, "outlook": outlook, "shown": shown,
        "reads_books": bot.strategy in all_finders(), "markets": ", ".join(bot.instruments),
        "simulated": any(one.simulated for one in instruments(bot.instruments).values()),
        "looked": from_ms(outlook.looked_at_ms) if outlook else None,
        "why": _why(outlook.refusal) if outlook and outlook.refusal else [],
        "one_sided": trades.filter(one_sided=True).count(),
        "rows": [_trade(one) for one in shown],
        "may_run": bot.strategy in all_finders() and person(request).may("trading:write"),
        "balances": balances_of(bot) if bot.strategy in all_finders() else [],
        "shorts": shorts_of(bot) if bot.strategy in all_finders() else [],
    }  # fmt: skip
    return render(request, "finders/bot.html", context)


def _row(one: SeenNow) -> dict[str, Any]:
    age_s = one.age_ms // 1000
    when = gettext("%(seconds)s s ago by the market's clock") % {"seconds": age_s}
    names = ("title", "simulated", "stale", "legs", "profit", "capital", "currency")
    return {
        **{name: getattr(one, name) for name in names},
        "markets": one.instruments,
        "when": when if age_s else gettext("just now"),
        "query": urlencode({"strategy": one.strategy, "instruments": list(one.instruments)}, doseq=True),
    }


def _why(refusal: list[str]) -> list[str]:
    rule, limit, value, *_level = refusal
    return [gettext(title_of(rule)), tidy(told(limit, gettext)), tidy(told(value, gettext))]


def _trade(one: Any) -> dict[str, Any]:
    names = ("one_sided", "orders", "expected", "profit")
    facts = {name: getattr(one, name) for name in names}
    return {**facts, "at": from_ms(one.at_ms), "kind": gettext(one.get_kind_display())}
