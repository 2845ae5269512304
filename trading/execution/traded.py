"""What bots did in a stretch of time: their fills with what stood behind each, and the entries they wished for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from cryptouniverse.kernel.bulk import query
from trading.execution.types import BotEntry, BotFill, BotLine


class BookSent(NamedTuple):
    """An order that a bot sent to a book. group: the trade that it belongs to. since_ms: of a quote, when it is there,
    and 0 of one that takes.
    """

    bot_id: UUID
    id: UUID
    group: UUID
    since_ms: int
    quantity: Decimal


class BookQuote(NamedTuple):
    """A bot's order that rests at a book. since_ms: when it is there."""

    id: UUID
    since_ms: int
    instrument_id: str
    side: str
    quantity: Decimal
    limit_price: Decimal


class BookFill(NamedTuple):
    """A fill of a bot that reads order books. order_id: of the order that got it. cause: funding is of no order."""

    bot_id: UUID
    order_id: UUID
    instrument_id: str
    side: str
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_currency: str
    slot_ms: int
    cause: str


_FILLS = """
    SELECT f.bot_id, f.portfolio_id, f.position_id, s.public_id, f.instrument_id, f.side, f.cause, f.price,
           f.quantity, f.fee, f.fee_currency, CASE WHEN p.connection_id IS NULL THEN NULL WHEN f.side = 'buy' THEN (
               SELECT l.cost + coalesce((SELECT sum(c.cost) FROM trading_portfolio_lotclose c WHERE c.lot_id = l.id), 0)
               FROM trading_portfolio_lot l WHERE l.fill_id = f.public_id)
           ELSE (SELECT sum(c.proceeds) FROM trading_portfolio_lotclose c WHERE c.fill_id = f.public_id) END,
           p.connection_id IS NOT NULL, p.kind = 'sandbox', s.closed_slot_ms IS NOT NULL, f.slot_ms,
           i.slot_ms, i.purpose, i.signal_id IS NOT NULL, i.reason,
           i.stop_price, i.target_price, i.recorded_at,
           (SELECT min(a.sent_at) FROM trading_execution_attempt a WHERE a.intent_id = i.id),
           i.line, CASE WHEN i.line IS NULL THEN 0 ELSE coalesce((i.spec ->> 'tag')::int, 0) END,
           CASE WHEN i.line IS NULL THEN '' ELSE coalesce(i.spec ->> 'kind', '') END
    FROM trading_portfolio_position s
    JOIN trading_portfolio_portfolio p ON p.id = s.portfolio_id
    JOIN trading_execution_fill f ON f.position_id = s.id
    JOIN trading_execution_order o ON o.id = f.order_id
    JOIN trading_execution_intent i ON i.id = o.intent_id
    WHERE s.bot_id IS NOT NULL AND s.opened_slot_ms < %s AND (s.closed_slot_ms IS NULL OR s.closed_slot_ms >= %s)
      AND f.slot_ms < %s AND (%s::uuid[] IS NULL OR s.bot_id = ANY(%s::uuid[]))
    ORDER BY f.position_id, f.sequence
"""
_ENTRIES = """
    SELECT bot_id, instrument_id, slot_ms, quantity, state, reason FROM trading_execution_intent
    WHERE bot_id IS NOT NULL AND purpose = 'entry' AND slot_ms >= %s AND slot_ms < %s
      AND (%s::uuid[] IS NULL OR bot_id = ANY(%s::uuid[]))
    ORDER BY id
"""
_LINES = """
    SELECT i.bot_id, i.instrument_id, i.line, i.slot_ms, i.side, i.spec ->> 'kind', coalesce(i.limit_price,
    i.stop_price), i.quantity, i.state, coalesce(nullif(o.reason, ''), i.reason) FROM trading_execution_intent i LEFT
    JOIN trading_execution_order o ON o.intent_id = i.id WHERE i.line IS NOT NULL AND i.bot_id = ANY(%s::uuid[]) AND
    i.slot_ms >= %s AND i.slot_ms < %s UNION ALL SELECT i.bot_id, i.instrument_id, i.line, i.slot_ms, i.side, i.spec ->>
    'kind', coalesce(i.limit_price, i.stop_price), i.quantity, i.state, coalesce(nullif(o.reason, ''), i.reason) FROM
    unnest(%s::uuid[], %s::text[], %s::int[]) AS g (bot_id, instrument_id, line) JOIN trading_execution_intent i USING
    (bot_id, instrument_id, line) LEFT JOIN trading_execution_order o ON o.intent_id = i.id WHERE i.slot_ms < %s
    """
_SENT_TO_BOOKS = """
    SELECT bot_id, public_id, (spec->'book'->>'group')::uuid, (spec->'book'->>'since_ms')::bigint, quantity
    FROM trading_execution_intent
    WHERE bot_id = ANY(%s::uuid[]) AND spec->'book' IS NOT NULL AND slot_ms >= %s AND slot_ms < %s ORDER BY id
"""
_RESTING_AT_BOOKS = """
    SELECT bot_id, public_id, (spec->'book'->>'since_ms')::bigint, instrument_id, side, quantity, limit_price
    FROM trading_execution_intent WHERE bot_id = ANY(%s::uuid[]) AND state = 'acked' AND spec->'book' IS NOT NULL
"""
_FILLED_AT_BOOKS = """
    SELECT f.bot_id, i.public_id, f.instrument_id, f.side, f.price, f.quantity, f.fee,
           f.fee_currency, f.slot_ms, f.cause
    FROM trading_execution_fill f JOIN trading_execution_order o ON o.id = f.order_id
    JOIN trading_execution_intent i ON i.id = o.intent_id
    WHERE f.bot_id = ANY(%s::uuid[]) AND f.slot_ms >= %s AND f.slot_ms < %s ORDER BY f.portfolio_id, f.sequence
"""
_LEAVING = """
    SELECT position_id FROM trading_execution_intent
    WHERE purpose = 'exit' AND NOT partial AND position_id = ANY(%s::bigint[]) AND slot_ms < %s
      AND state NOT IN ('cancelled', 'expired', 'rejected')
"""
# As `selectors._RESULTS` counts them, at an earlier moment.
_RESULTS_BEFORE = """
    SELECT a.bot_id, p.realised, p.cost FROM unnest(%s::uuid[], %s::int[]) AS a (bot_id, positions)
    CROSS JOIN LATERAL (
        SELECT s.id, s.closed_slot_ms, s.realised, abs(c.cost) AS cost FROM trading_portfolio_position s
        CROSS JOIN LATERAL (SELECT sum(c.cost) AS cost FROM trading_portfolio_lotclose c
                            JOIN trading_portfolio_lot l ON l.id = c.lot_id WHERE l.position_id = s.id) c
        WHERE s.bot_id = a.bot_id AND s.closed_slot_ms < %s AND c.cost <> 0
        ORDER BY s.closed_slot_ms DESC, s.id DESC LIMIT a.positions) p
    ORDER BY a.bot_id, p.closed_slot_ms, p.id
"""


def bot_fills(*, start_ms: int, end_ms: int, bot_ids: Collection[UUID] | None = None) -> list[BotFill]:
    """Every fill before `end_ms` of positions that bots held at or after `start_ms` (slots, UTC), by position.

    Also the fills before `start_ms`, which say what was held then. bot_ids: of these bots alone. One query.
    """
    whose = None if bot_ids is None else list(bot_ids)
    return [BotFill(*row) for row in query(_FILLS, [end_ms, start_ms, end_ms, whose, whose])]


def bot_entries(*, start_ms: int, end_ms: int, bot_ids: Collection[UUID] | None = None) -> list[BotEntry]:
    """The entries that bots wished for in slots from `start_ms` to `end_ms` (UTC), oldest first. One query."""
    whose = None if bot_ids is None else list(bot_ids)
    return [BotEntry(*row) for row in query(_ENTRIES, [start_ms, end_ms, whose, whose])]


def bot_lines(
    bot_ids: Collection[UUID], *, start_ms: int, end_ms: int, resting: Collection[tuple[UUID, str, int]]
) -> list[BotLine]:
    """The lines that these bots placed in slots from `start_ms` to `end_ms` (UTC, not in), and those of `resting` (bot,
    instrument, number) that they had placed before. One query, none without bots.
    """
    if not bot_ids:
        return []
    named = [list(column) for column in zip(*resting, strict=True)] or [[], [], []]
    return [BotLine(*row) for row in query(_LINES, [list(bot_ids), start_ms, end_ms, *named, start_ms])]


def sent_to_books(bot_ids: Collection[UUID], *, start_ms: int, end_ms: int) -> list[BookSent]:
    """The orders that these bots sent to books in slots from `start_ms` to `end_ms` (UTC, not in). One query."""
    return [BookSent(*row) for row in query(_SENT_TO_BOOKS, [list(bot_ids), start_ms, end_ms])] if bot_ids else []


def resting_at_books(bot_ids: Collection[UUID]) -> dict[UUID, BookQuote]:
    """The quote of each of these bots that has one now, not locked. One query, none without bots."""
    rows = query(_RESTING_AT_BOOKS, [list(bot_ids)]) if bot_ids else []
    return {bot_id: BookQuote(*facts) for bot_id, *facts in rows}


def filled_at_books(bot_ids: Collection[UUID], *, start_ms: int, end_ms: int) -> list[BookFill]:
    """The fills of these bots in slots from `start_ms` to `end_ms` (UTC, not in), as they were booked. One query."""
    return [BookFill(*row) for row in query(_FILLED_AT_BOOKS, [list(bot_ids), start_ms, end_ms])] if bot_ids else []


def leaving_before(position_pks: Collection[int], *, slot_ms: int) -> frozenset[int]:
    """Those of these positions whose whole exit was recorded before `slot_ms` and not given up. One query."""
    rows = query(_LEAVING, [list(position_pks), slot_ms]) if position_pks else []
    return frozenset(pk for (pk,) in rows)


def results_before(positions: Mapping[UUID, int], *, slot_ms: int) -> dict[UUID, list[tuple[Decimal, Decimal]]]:
    """Profit and cost of the last so many positions of each bot that were closed before `slot_ms` (UTC), oldest first.

    One query, none without bots.
    """
    found: dict[UUID, list[tuple[Decimal, Decimal]]] = {}
    asked = [list(positions), list(positions.values()), slot_ms]
    for bot_id, profit, cost in query(_RESULTS_BEFORE, asked) if positions else ():
        found.setdefault(bot_id, []).append((profit, cost))
    return found
