"""A bot's own past as a plan: its strategy, instruments and terms, and the entries that its panel refused then.

The refusals stand in the plan, so that the run is named by them: the same plan gives the same bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.moments import DELAY_MS
from strategies.backtest.engine.terms import CAPITAL_MAX, Terms
from strategies.backtest.errors import BadTerms
from strategies.backtest.finding import finder_named
from strategies.backtest.plans import terms_of_bot
from strategies.backtest.selectors import span_of
from strategies.backtest.shown import shown_until
from strategies.backtest.types import AnyPlan, FindingPlan, FindingTerms, Plan
from strategies.bots.selectors import bots_watched, made_at
from strategies.bots.types import BotRow
from strategies.catalog.outside import WEBHOOK
from trading.marketdata.selectors import books_span
from trading.portfolio.selectors import first_valued, values_before
from trading.risk.levels import strictest
from trading.risk.selectors import limits_of_many, of_bots

if TYPE_CHECKING:
    from strategies.bots.models import Bot

Whys = Mapping[tuple[UUID, str, int], str]
NO_VERDICT: Final = "no_verdict"  # the panel's, as `on_refusals` says it
_LEAST, _MINOR = Decimal("0.01"), Decimal("0.00000001")
_explain: list[Callable[[Collection[UUID], int, int], Whys]] = []


def on_refusals(explain: Callable[[Collection[UUID], int, int], Whys]) -> None:
    """`explain` says of bots, in slots from one to another (UTC ms, not in), why an entry was decided against."""
    _explain[:] = [explain]


def plan_of_bot(bot: Bot, *, since_ms: int | None = None, until_ms: int | None = None) -> AnyPlan:
    """The plan of what the bot would have traded: on its terms, with its portfolio's value when the plan begins, and
    without the entries that its panel refused; of one that reads order books with its own funds, over books. since_ms:
    from when it trades, if nothing is said.

    Raises BadTerms for a bot whose signals come from outside, NoCandles, NoBooks.
    """
    if bot.strategy == WEBHOOK:
        raise BadTerms(_("Signals from outside are no backtest: each night the bot's alerts are gone through again."))
    [row] = bots_watched([bot.public_id], only=[bot.public_id])
    if finder_named(bot.strategy) is not None:
        return _over_books(bot, row, since_ms, until_ms)
    first_ms, last_ms = span_of(row.instruments, row.timeframe)
    end_ms = min(last_ms if until_ms is None else until_ms, shown_until(row.instruments, last_ms))
    start_ms = max(_begins(bot, row.timeframe.ms, end_ms), first_ms) if since_ms is None else since_ms
    [limits] = limits_of_many([row.portfolio_pk]).values()
    if ceiling := of_bots([bot.public_id]).get(bot.public_id):
        limits = strictest(limits, [ceiling])
    equity, _cash = values_before([row.portfolio_pk], slot_ms=start_ms)[row.portfolio_pk]
    capital = bot.allocation if row.keeps_orders else equity
    terms = Terms() if row.keeps_orders else terms_of_bot(row, limits)
    return Plan(
        strategy=row.strategy,
        parameters=json.loads(row.parameters),
        instruments=tuple(sorted(row.instruments)),
        timeframe=row.timeframe,
        start_ms=start_ms,
        end_ms=end_ms,
        terms=replace(terms, capital=_capital(capital)),
        bot=str(bot.public_id),
        vetoes={} if row.keeps_orders else _vetoes(bot.public_id, start_ms, end_ms),
    )


def _over_books(bot: Bot, row: BotRow, since_ms: int | None, until_ms: int | None) -> FindingPlan:
    """Nobody votes on a bot that reads order books, and its money is its own: there are no refusals to be kept."""
    span = books_span(row.instruments)
    end_ms = until_ms if until_ms is not None else span[1] + DELAY_MS if span else 0
    end_ms = min(end_ms, shown_until(row.instruments, end_ms))
    return FindingPlan(
        strategy=row.strategy,
        parameters=json.loads(row.parameters),
        instruments=tuple(sorted(row.instruments)),
        terms=FindingTerms(capital=_capital(bot.allocation), loss_bps=row.stop_bps),
        start_ms=_begins(bot, row.timeframe.ms, end_ms) if since_ms is None else since_ms,
        end_ms=end_ms,
        bot=str(bot.public_id),
    )


def _capital(amount: Decimal) -> Decimal:
    return min(max(amount, _LEAST), CAPITAL_MAX).quantize(_MINOR, rounding=ROUND_DOWN)


def _vetoes(bot_id: UUID, start_ms: int, end_ms: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for explain in _explain:
        for (_bot, name, slot_ms), why in explain([bot_id], start_ms, end_ms).items():
            if why == NO_VERDICT:
                found[name].append(slot_ms)
    return {name: sorted(slots) for name, slots in sorted(found.items())}


def _begins(bot: Bot, candle_ms: int, end_ms: int) -> int:
    """The first candle that closed once there was a bot to hear it; where the market shows a time before that, the
    first at which its portfolio was valued there.
    """
    made = clock.to_ms(made_at([bot.pk])[bot.pk])
    if made >= end_ms:
        made = first_valued([bot.portfolio_id]).get(bot.portfolio_id, end_ms - candle_ms)
        return made - made % candle_ms
    return made - made % candle_ms
