"""Expected against real: what a replay in the backtest says a bot should have made, day by day, and what it made."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.web import expected_shown as shown
from cryptouniverse.web.trade_parts import person
from strategies.backtest.services import ask_for_bot
from strategies.bots.selectors import access_bot
from strategies.catalog.outside import WEBHOOK
from strategies.monitoring.errors import UnknownDay
from strategies.monitoring.selectors import access_day, days_of, watched
from strategies.monitoring.services import choose_pause, end_alarm
from strategies.monitoring.types import PARTS, WORDS
from trading.portfolio.selectors import rights_on

if TYPE_CHECKING:
    from strategies.bots.models import Bot

DAYS_SHOWN = 60
COLUMNS = (
    "day", "expected", "actual", "gap", *PARTS, "money", "matched", "unmatched", "reason", "note", "hash",
)  # fmt: skip


@access("trading:read")
@require_GET
@never_cache
def page(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """The last days: two lines, the gap's parts, the days, and whether the bot drifts. Raises UnknownBot."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    days = list(days_of(bot).defer("trades", "refusals", "profits")[:DAYS_SHOWN])
    stands = watched(bot)
    known = [day for day in days if not day.reason]
    context = {
        **_base(request, bot),
        "days": shown.rows_of(days),
        "plot": shown.lines_of(days[::-1]),
        "bars": shown.bars_of(days),
        "words": [gettext(WORDS[name]) for name in PARTS],
        "sums": {name: sum(getattr(day, name) for day in known) for name in ("expected", "actual", "gap")},
        "watched": stands,
        "standing": shown.standing_of(stands),
        "count": len(known),
    }
    return render(request, "expected/page.html", context)


@access("trading:read")
@require_GET
@never_cache
def day(request: HttpRequest, bot_id: UUID, date: str) -> HttpResponse:
    """One day, trade by trade. Raises UnknownBot, UnknownDay."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    found = access_day(bot, _named(date))
    [row] = shown.rows_of([found])
    context = {
        **_base(request, bot),
        "day": found,
        "reason": row.reason,
        "note": row.note,
        "bars": shown.bars_of([found]),
        "trades": shown.trades_of(found),
        "refusals": shown.refusals_of(found),
    }
    return render(request, "expected/day.html", context)


@access("trading:read")
@require_GET
def table(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """All days of the bot as a CSV file, oldest first."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="expected-{bot.public_id}.csv"'
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    for row in shown.rows_of(days_of(bot).order_by("day").defer("trades", "refusals", "profits").iterator()):
        told = {name: _plain(getattr(row.row, name)) for name in COLUMNS}
        writer.writerow({**told, "reason": row.reason, "note": row.note})
    return response


@access("trading:write", audit="drift.changed")
@require_POST
def choose(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Whether the bot is paused when it drifts."""
    bot = access_bot(person(request), bot_id, permission="trading:write")
    wanted = request.POST.get("pause_on_drift") == "yes"
    said = gettext("%(name)s is paused if it drifts.") if wanted else gettext("%(name)s goes on if it drifts.")
    return _done(request, bot, lambda: choose_pause(bot=bot, actor=person(request), pause_on_drift=wanted), said)


@access("trading:write", audit="backtest.asked")
@require_POST
def backtest(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """What the bot would have traded in all of its past, as a run; without what its panel refused then."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    try:
        return redirect("lab-run", ask_for_bot(actor=person(request), bot=bot).public_id)
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    return redirect("bot-expected", bot.public_id)


@access("trading:execute", audit="drift.ended")
@require_POST
def end(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Somebody has looked: the alarm is over."""
    bot = access_bot(person(request), bot_id, permission="trading:execute")
    said = gettext("The alarm of %(name)s is over; only later days count.")
    return _done(request, bot, lambda: end_alarm(bot=bot, actor=person(request)), said)


def _done(request: HttpRequest, bot: Bot, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said % {"name": bot.name})
    return redirect("bot-expected", bot.public_id)


def _base(request: HttpRequest, bot: Bot) -> dict[str, Any]:
    rights = rights_on(person(request), bot.portfolio)
    return {
        "page": "bots",
        "bot": bot,
        "portfolio": bot.portfolio,
        "may": "trading:write" in rights,
        "runs": person(request).may("trading:write") and bot.strategy != WEBHOOK,
        "acts": "trading:execute" in rights,
        "simulated": any(name.startswith("sim:") for name in bot.instruments),
    }


def _named(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnknownDay(day=text[:20]) from None


def _plain(value: Any) -> Any:
    return "" if value is None else f"{value.normalize():f}" if hasattr(value, "normalize") else value
