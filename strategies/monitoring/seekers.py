"""Bots that read order books, as a day of them is read: how each stood when it began, its orders, fills and books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptouniverse.kernel.market import DAY_MS, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.finding.events import has_ended
from strategies.backtest.engine.finding.moments import DELAY_MS
from strategies.bots.types import BotRow
from strategies.catalog.finding import Rate
from strategies.catalog.markets import contracts_of
from strategies.finding.selectors import finding_then
from strategies.finding.types import FUNDING_DAYS
from strategies.monitoring.booked import BookDay
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.selectors import mornings_of
from strategies.monitoring.types import ZERO
from trading.execution.selectors import BookFill, BookSent, filled_at_books, sent_to_books
from trading.execution.types import BotFill
from trading.fills import Book
from trading.marketdata.selectors import books_between, funding_set, instruments

OF_BOT: Final = ""  # the instrument of a morning that is of a whole bot
_NOT_KEPT: Final = _("How the bot stood when this day began was not kept.")


@dataclass
class Seekers:
    """Of all bots of a tenant that read order books. mornings: by bot's key, as `finders_now` told of it. funding:
    rates, by what contracts are on.
    """

    mornings: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    sent: Mapping[UUID, Sequence[BookSent]] = field(default_factory=dict)
    fills: Mapping[UUID, Sequence[BookFill]] = field(default_factory=dict)
    books: Mapping[str, Sequence[Book]] = field(default_factory=dict)
    funding: Mapping[str, Sequence[Rate]] = field(default_factory=dict)


def read_seekers(bots: Collection[BotRow], *, day_ms: int) -> Seekers:
    """The books and orders of those of `bots` that read order books. A few queries, none without such bots."""
    seekers = {bot.pk: bot for bot in bots if bot.reads_books}
    if not seekers:
        return Seekers()
    ids = [bot.public_id for bot in seekers.values()]
    sent: dict[UUID, list[BookSent]] = defaultdict(list)
    fills: dict[UUID, list[BookFill]] = defaultdict(list)
    for order in sent_to_books(ids, start_ms=day_ms, end_ms=day_ms + DAY_MS):
        sent[order.bot_id].append(order)
    for fill in filled_at_books(ids, start_ms=day_ms, end_ms=day_ms + DAY_MS):
        fills[fill.bot_id].append(fill)
    names = {name for bot in seekers.values() for name in bot.instruments}
    books = books_between(names, start_ms=day_ms - DELAY_MS, end_ms=day_ms + DAY_MS)
    mornings = {pk: told for (pk, name), told in mornings_of(seekers, day_ms=day_ms).items() if name == OF_BOT}
    on = {one.underlying for one in contracts_of(list(instruments(names).values()))}
    paid = funding_set(on, start_ms=day_ms - FUNDING_DAYS * DAY_MS, end_ms=day_ms + DAY_MS)
    return Seekers(mornings, sent, fills, books, paid)


def book_day(
    seekers: Seekers, bot: BotRow, *, day_ms: int, listed: Mapping[str, Instrument], before: Sequence[BotFill]
) -> BookDay:
    """The bot with its day. before: all fills of its positions so far. Raises CannotReplay."""
    told, fills = seekers.mornings.get(bot.pk), seekers.fills.get(bot.public_id, ())
    if told is None or any(fill.slot_ms < told["slot_ms"] for fill in fills):
        raise CannotReplay(_NOT_KEPT)
    chosen = {name: listed[name] for name in bot.instruments}
    books = {name: seekers.books.get(name, ()) for name in chosen}
    for name, each in books.items():
        if not each or (each[-1].at_ms < day_ms - DELAY_MS and not has_ended(chosen[name], day_ms)):
            raise CannotReplay(_("No order books of %(instrument)s of this day are stored."), instrument=name)
    finding, quote_id = finding_then(told, bot, chosen, funding=seekers.funding)
    held = dict.fromkeys(chosen, ZERO)
    for fill in before:
        if fill.slot_ms < day_ms:
            moved = fill.quantity if fill.side == "buy" else -fill.quantity
            taken = fill.fee if fill.fee_currency == chosen[fill.instrument_id].base else ZERO
            held[fill.instrument_id] += moved - taken
    return BookDay(
        bot_id=bot.public_id,
        finding=finding,
        quote_id=quote_id,
        books=books,
        begins_ms=max(day_ms, int(told["slot_ms"])),
        day_ms=day_ms,
        candle_ms=bot.timeframe.ms,
        sent=seekers.sent.get(bot.public_id, ()),
        fills=fills,
        held=held,
    )
