"""A bot that reads order books as it stood at some moment: for whoever goes through its books again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptouniverse.kernel.market import Instrument
from strategies.backtest.engine.finding.events import rates_of
from strategies.backtest.engine.finding.purse import AT_BOOKS, Purse
from strategies.backtest.engine.finding.running import NO_RATES
from strategies.backtest.engine.finding.trades import Quote
from strategies.backtest.engine.finding.turning import Finding
from strategies.bots.types import BotRow
from strategies.catalog.finding import Rate
from strategies.catalog.registry import all_finders
from strategies.finding.models import Outlook
from strategies.finding.standing import money_moved, standing
from trading.execution.selectors import held_by_bots, resting_at_books
from trading.fills import BUY, SELL
from trading.marketdata.selectors import instruments
from trading.portfolio.selectors import collateral_of_bots

Told = dict[str, Any]


def finders_now(bots: Collection[BotRow]) -> dict[int, Told]:
    """How these bots stand now, by key, as plain JSON: what they have where, the quote that rests, where they are.

    A handful of queries, none without bots.
    """
    if not bots:
        return {}
    ids, listed = [bot.public_id for bot in bots], instruments({name for bot in bots for name in bot.instruments})
    held = held_by_bots([(bot.portfolio_pk, bot.public_id, name) for bot in bots for name in bot.instruments])
    money, quotes = money_moved({bot.portfolio_pk for bot in bots}, ids), resting_at_books(ids)
    collateral = collateral_of_bots(ids)
    outlooks = {one.bot_id: one for one in Outlook.objects.filter(bot_id__in=[bot.pk for bot in bots])}
    found: dict[int, Told] = {}
    for bot in bots:
        chosen = [listed[name] for name in sorted(bot.instruments)]
        coins = {one.id: held[bot.public_id, one.id][1] for one in chosen if (bot.public_id, one.id) in held}
        kept = {one.id: collateral[bot.public_id, one.id] for one in chosen if (bot.public_id, one.id) in collateral}
        purse = standing(chosen, bot.allocation, money.get(bot.public_id, {}), coins, kept)
        outlook, quote = outlooks.get(bot.pk), quotes.get(bot.public_id)
        found[bot.pk] = {
            "purse": [[*place, str(amount)] for place, amount in sorted(purse.items())],
            "kept": [[*place, str(amount)] for place, amount in sorted(purse.kept.items())],
            "quote": None if quote is None else [str(one) for one in quote],
            "stocked": outlook is not None and outlook.stocked,
            "ended": outlook is not None and outlook.ended,
            "since_ms": outlook.looked_at_ms if outlook is not None else 0,
            "met": outlook.met if outlook is not None else {},
        }
    return found


def finding_then(
    told: Mapping[str, Any],
    bot: BotRow,
    listed: Mapping[str, Instrument],
    *,
    funding: Mapping[str, Sequence[Rate]] = NO_RATES,
) -> tuple[Finding, UUID | None]:
    """The bot as `finders_now` told of it, and the id of its quote. funding: by underlying. Raises BadParameter."""
    finder, quote_id = all_finders()[bot.strategy], None
    chosen = tuple(listed[name] for name in sorted(bot.instruments))
    purse, kept = (
        {(venue, asset): Decimal(amount) for venue, asset, amount in told.get(each, ())} for each in ("purse", "kept")
    )
    finding = Finding(
        finder,
        finder.resolve(json.loads(bot.parameters)),
        chosen,
        bot.allocation,
        Purse(purse, kept),
        AT_BOOKS,
        bot.stop_bps,
        stocked=told["stocked"],
        ended=told["ended"],
        funding=rates_of(chosen, funding),
        since_ms=told["since_ms"],
        met=dict(told.get("met", {})),
    )
    if told["quote"]:
        named, since_ms, name, side, quantity, limit = told["quote"]
        one, quote_id = listed[name], UUID(named)
        ticks, steps = one.ticks_nearest(Decimal(limit)), one.steps_down(Decimal(quantity))
        finding.quote = Quote(one, BUY if side == "buy" else SELL, ticks, steps, int(since_ms))
    return finding, quote_id
