"""Bots that read order books: each looks at every moment of books in a candle, and does what its finder says.

The same class moves a backtest (`strategies.backtest.engine.finding.turning`). Here its buys pass the gate, and what it
sends is recorded, placed, filled and booked: all of a candle in the caller's one transaction, which claims the slot.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog

from cryptouniverse.kernel.locks import only_one
from cryptouniverse.kernel.market import DAY_MS, Instrument, Side, Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.backtest.engine.finding.events import rates_of
from strategies.backtest.engine.finding.moments import DELAY_MS, moments_of
from strategies.backtest.engine.finding.purse import AT_BOOKS, Done, Purse, home_of
from strategies.backtest.engine.finding.running import trade_told
from strategies.backtest.engine.finding.trades import LIQUIDATED, STOP, Moved, Paid, Quote, Trade
from strategies.backtest.engine.finding.turning import Finding
from strategies.bots.selectors import instruments_of
from strategies.bots.types import BotRow
from strategies.catalog.finding import Rate
from strategies.catalog.markets import contracts_of
from strategies.catalog.registry import all_finders
from strategies.finding.judging import Gate
from strategies.finding.models import FoundTrade, Outlook
from strategies.finding.parts import group_of, order_id_of, parts_of
from strategies.finding.standing import money_moved, standing
from strategies.finding.types import FUNDING_DAYS
from tenants.provisioning.selectors import takes_entries, trading_tenants
from trading.execution.selectors import held_by_bots, standing_books
from trading.execution.services import (
    BookOrder,
    Funding,
    fill_quote,
    pay_funding,
    rest_at_book,
    resting_quotes,
    take_at_books,
    withdraw_quotes,
)
from trading.fills import BUY, SELL, Book
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import books_between, feed_state, funding_set, instruments, market_instruments
from trading.marketdata.services import fetch_books
from trading.marketdata.types import MarketSource
from trading.portfolio.selectors import collateral_of_bots
from trading.portfolio.types import BookedFill
from trading.risk.levels import strictest
from trading.risk.selectors import emergencies, of_bots

WITHDRAWN: Final = "asked_anew"
_LOCK: Final = 7_315_021
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Turn:
    """A bot in one turn. ids: of the quote that rests. wrote: what is to be kept."""

    bot: BotRow
    finding: Finding
    gate: Gate
    slot_ms: int
    quote_id: UUID | None = None
    reserved: Decimal = Decimal(0)
    looked_at_ms: int = 0
    trades: list[FoundTrade] = field(default_factory=list)
    fills: list[BookedFill] = field(default_factory=list)


def seek(
    *, finders: Collection[BotRow], timeframe: Timeframe, slot_ms: int, price_age_s: Decimal = Decimal(0)
) -> list[BookedFill]:
    """Let every bot of `finders` look at the books of the candle that opened at `slot_ms`; what was booked.

    In the caller's transaction, which claims the slot. A bot that is paused buys nothing; what undoes a leg and what
    sells at its stop is never held back, but for a freeze, in which nothing is done at all.
    """
    stopped = emergencies()
    due = [
        bot
        for bot in sorted(finders, key=lambda bot: bot.number)
        if bot.portfolio_pk not in stopped.frozen and bot.public_id not in stopped.frozen_bots
    ]
    if not due:
        return []
    names = {name for bot in due for name in bot.instruments}
    books = books_between(names, start_ms=slot_ms - DELAY_MS, end_ms=slot_ms + timeframe.ms)
    turns = _turns(due, instruments(names), timeframe, slot_ms, price_age_s)
    for turn in turns:
        _look(turn, {name: books[name] for name in turn.finding.by_id}, slot_ms, slot_ms + timeframe.ms)
    _keep(turns)
    return [fill for turn in turns for fill in turn.fills]


def watch_books() -> int:
    """Keep the books of the instruments that a running bot of any tenant reads; of how many a new one was stored.

    Only while a fetched market is shown, and of its instruments alone: nobody has the books of now of another one. An
    exchange that does not answer is asked again the next time. One caller works at a time.
    """
    try:
        feed = feed_state()
    except NoMarket:
        return 0
    if feed.source is not MarketSource.FETCHED:
        return 0
    names: set[str] = set()
    for tenant in trading_tenants():
        with in_tenant(tenant):
            names |= instruments_of(all_finders())
    names &= market_instruments(feed.source, feed.timeframe).keys()
    if not names:
        return 0
    with only_one(_LOCK) as mine:
        done = fetch_books(instrument_ids=names) if mine else {}
    for name, why in done.items():
        if isinstance(why, str):
            log.warning("no book", instrument=name, reason=why)
    return sum(not isinstance(one, str) and one.added for one in done.values())


def _turns(
    bots: list[BotRow], listed: Mapping[str, Instrument], timeframe: Timeframe, slot_ms: int, price_age_s: Decimal
) -> list[_Turn]:
    """Each bot with what it has: limits first, then the books, then its quote."""
    ids = [bot.public_id for bot in bots]
    stand = standing_books({bot.portfolio_pk for bot in bots}, slot_ms=slot_ms, candle_ms=timeframe.ms)
    quotes, ceilings, takes = resting_quotes(ids), of_bots(set(ids)), takes_entries()
    held = held_by_bots([(bot.portfolio_pk, bot.public_id, name) for bot in bots for name in bot.instruments])
    money, collateral = money_moved({bot.portfolio_pk for bot in bots}, ids), collateral_of_bots(ids)
    on = {one.underlying for one in contracts_of(list(listed.values()))}
    paid = funding_set(on, start_ms=slot_ms - FUNDING_DAYS * DAY_MS, end_ms=slot_ms + timeframe.ms)
    outlooks = {one.bot_id: one for one in Outlook.objects.filter(bot_id__in=[bot.pk for bot in bots])}
    turns = []
    for bot in bots:
        chosen = tuple(sorted((listed[name] for name in bot.instruments), key=lambda one: one.id))
        coins = {one.id: held[bot.public_id, one.id][1] for one in chosen if (bot.public_id, one.id) in held}
        kept = {one.id: collateral[bot.public_id, one.id] for one in chosen if (bot.public_id, one.id) in collateral}
        purse = standing(chosen, bot.allocation, money.get(bot.public_id, {}), coins, kept)
        finding, (book, limits) = _finding(bot, chosen, purse, outlooks.get(bot.pk), paid), stand[bot.portfolio_pk]
        if ceiling := ceilings.get(bot.public_id):
            limits = strictest(limits, [ceiling])
        facts = takes, slot_ms, timeframe.ms, price_age_s
        gate = Gate(bot, book, limits, finding.by_id, coins, kept, home_of(chosen), *facts)
        turn = _Turn(bot, finding, gate, slot_ms)
        if (quote := quotes.get(bot.public_id)) is not None:
            one = finding.by_id[quote.instrument_id]
            limit, size = one.ticks_nearest(quote.limit_price), one.steps_down(quote.quantity)
            finding.quote = Quote(one, BUY if quote.side is Side.BUY else SELL, limit, size, quote.since_ms)
            turn.quote_id, turn.reserved = quote.id, quote.reserved
        turns.append(turn)
    return turns


def _finding(
    bot: BotRow,
    chosen: tuple[Instrument, ...],
    purse: Purse,
    outlook: Outlook | None,
    funding: Mapping[str, Sequence[Rate]],
) -> Finding:
    finder = all_finders()[bot.strategy]
    return Finding(
        finder,
        finder.resolve(json.loads(bot.parameters)),
        chosen,
        bot.allocation,
        purse,
        AT_BOOKS,
        bot.stop_bps,
        stocked=outlook is not None and outlook.stocked,
        ended=outlook is not None and outlook.ended,
        funding=rates_of(chosen, funding),
        since_ms=outlook.looked_at_ms if outlook is not None else 0,
        met=dict(outlook.met) if outlook is not None else {},
    )


def _look(turn: _Turn, books: Mapping[str, list[Book]], start_ms: int, end_ms: int) -> None:
    finding, gate = turn.finding, turn.gate
    for moment in moments_of(books, start_ms=start_ms, end_ms=end_ms):
        before, gate.reserved = finding.quote, Decimal(0)
        if before is not None and moment.known[before.instrument.id].at_ms > before.since_ms:
            gate.rests(before, turn.reserved, way=-1)
        moved = finding.at(moment, gate.allows)
        turn.looked_at_ms = moment.at_ms
        if moved.trades or moved.met or moved.placed:
            _carry(turn, moment.at_ms, moved, moment.arriving)


def _carry(turn: _Turn, at_ms: int, moved: Moved, books: Mapping[str, Book]) -> None:
    """Record and book what a moment came to."""
    quote_id, fills = turn.quote_id, turn.fills
    filled = [trade for trade in moved.trades if trade.kind == FoundTrade.Kind.QUOTE]
    for trade in moved.trades:
        group = group_of(turn.bot.public_id, at_ms, trade.kind)
        fills += pay_funding([_funding(turn, at_ms, paid) for paid in trade.paid], slot_ms=turn.slot_ms)
        if trade in filled and quote_id is not None:
            orders = [_order(turn, group, quote_id, done, books) for done in trade.done]
            fills += fill_quote(orders[0], slot_ms=turn.slot_ms)
        else:
            orders = [_order(turn, group, order_id_of(group, n), done, books) for n, done in enumerate(trade.done)]
            fills += take_at_books(orders, slot_ms=turn.slot_ms)
        for order in orders:
            turn.gate.count(order)
        turn.trades.append(_found(turn, group, trade))
    if moved.met is not None and quote_id is not None:
        turn.quote_id = None
        if not filled:
            withdraw_quotes([quote_id], reason=WITHDRAWN)
    if moved.placed is not None:
        _place(turn, at_ms, moved.placed)


def _place(turn: _Turn, at_ms: int, quote: Quote) -> None:
    one, group = quote.instrument, group_of(turn.bot.public_id, at_ms, FoundTrade.Kind.QUOTE.value)
    turn.quote_id, turn.reserved = order_id_of(group, None), turn.gate.reserved if quote.side == BUY else Decimal(0)
    turn.gate.rests(quote, turn.reserved)
    order = BookOrder(
        id=turn.quote_id,
        group=group,
        portfolio_pk=turn.bot.portfolio_pk,
        bot_id=turn.bot.public_id,
        instrument=one,
        side=_side(quote.side),
        quantity=one.quantity_of(quote.steps),
        limit_price=one.price_of(quote.limit),
        cause="entry" if quote.side == BUY else "exit",
        since_ms=quote.since_ms,
        reserved=turn.reserved,
    )
    rest_at_book(order, slot_ms=turn.slot_ms)


def _order(turn: _Turn, group: UUID, order_id: UUID, done: Done, books: Mapping[str, Book]) -> BookOrder:
    one, parts = done.instrument, parts_of(done, turn.finding.instruments, books)
    return BookOrder(
        id=order_id,
        group=group,
        portfolio_pk=turn.bot.portfolio_pk,
        bot_id=turn.bot.public_id,
        instrument=one,
        side=_side(done.side),
        quantity=one.quantity_of(done.steps),
        limit_price=one.price_of(done.limit),
        cause="entry" if done.enters else "stop" if done.cause in (STOP, LIQUIDATED) else "exit",
        parts=parts,
        is_whole=done.filled == done.steps,
    )


def _funding(turn: _Turn, at_ms: int, paid: Paid) -> Funding:
    return Funding(turn.bot.portfolio_pk, turn.bot.public_id, paid.instrument, at_ms, paid.price, paid.amount)


def _found(turn: _Turn, group: UUID, trade: Trade) -> FoundTrade:
    told: dict[str, Any] = trade_told(trade)
    found = trade.found
    return FoundTrade(
        public_id=group,
        bot_id=turn.bot.pk,
        at_ms=trade.at_ms,
        kind=trade.kind,
        currency=home_of(turn.finding.instruments),
        expected=found.profit if found else None,
        capital=found.capital if found else None,
        profit=trade.profit,
        one_sided=trade.one_sided,
        orders=told["orders"],
    )


def _keep(turns: list[_Turn]) -> None:
    """What was sent, and where each bot that looked at anything stands."""
    FoundTrade.objects.bulk_create([trade for turn in turns for trade in turn.trades])
    rows = [
        Outlook(
            bot_id=turn.bot.pk,
            looked_at_ms=turn.looked_at_ms,
            stocked=turn.finding.stocked,
            ended=turn.finding.ended,
            refusal=list(turn.gate.refusal or ()),
            met=turn.finding.met,
        )
        for turn in turns
        if turn.looked_at_ms
    ]
    fields = ["looked_at_ms", "stocked", "ended", "refusal", "met"]
    Outlook.objects.bulk_create(rows, update_conflicts=True, unique_fields=["bot"], update_fields=fields)


def _side(side: int) -> Side:
    return Side.BUY if side == BUY else Side.SELL
