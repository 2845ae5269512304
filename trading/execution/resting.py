"""Reads of lines: which of them rest, which a candle may fill, and what has ended."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final
from uuid import UUID

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Side
from trading.execution.types import Kept, KeptFill, Line, LineEnd, WorkingOrder

FACTS: Final = """
    SELECT o.id, o.public_id, o.intent_id, o.portfolio_id, i.position_id, i.bot_id, i.instrument_id, i.purpose,
           CASE i.purpose WHEN 'entry' THEN i.quantity WHEN 'exit' THEN least(i.quantity, s.quantity)
                          ELSE s.quantity END,
           i.limit_price, i.stop_price, i.target_price, i.reserved, i.slot_ms
"""
FROM: Final = """
    FROM trading_execution_order o JOIN trading_execution_intent i ON i.id = o.intent_id
    LEFT JOIN trading_portfolio_position s ON s.id = i.position_id
"""
_LINES = (
    FACTS
    + ", i.line, i.side, i.spec, o.working IS NULL"
    + FROM
    + " WHERE i.id = ANY(%s) AND o.state = 'open' AND i.state = 'acked' ORDER BY i.id"
)
_HELD_BY_BOTS = """
    SELECT s.bot_id, s.instrument_id, s.id, s.quantity FROM unnest(%s::bigint[], %s::uuid[], %s::text[])
        AS g (portfolio_id, bot_id, instrument_id)
    JOIN trading_portfolio_position s USING (portfolio_id, bot_id, instrument_id) WHERE s.closed_slot_ms IS NULL
"""
_LINES_RESTING = """
    SELECT bot_id, instrument_id, count(*) FROM trading_execution_intent
    WHERE line IS NOT NULL AND state IN ('recorded', 'sending', 'acked') GROUP BY bot_id, instrument_id
"""
_LINES_ENDED = """
    SELECT i.bot_id, i.instrument_id, i.line, i.state, coalesce(nullif(o.reason, ''), i.reason), o.id IS NOT NULL,
           i.unwanted
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS g (bot_id, instrument_id, line)
    JOIN trading_execution_intent i USING (bot_id, instrument_id, line)
    LEFT JOIN trading_execution_order o ON o.intent_id = i.id
    WHERE i.state NOT IN ('recorded', 'sending', 'acked')
"""
_LOCK_LINES = """
    SELECT i.id FROM trading_execution_intent i
    WHERE i.portfolio_id = ANY(%s) AND i.line IS NOT NULL AND i.state IN ('recorded', 'sending', 'acked')
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_STOPPING = """
    SELECT DISTINCT bot_id, instrument_id FROM trading_execution_intent
    WHERE bot_id = ANY(%s) AND line IS NOT NULL AND state IN ('recorded', 'sending', 'acked') AND NOT held
      AND spec->>'kind' = 'stop'
"""
_AWAY = """
    SELECT instrument_id, line, held FROM trading_execution_intent
    WHERE bot_id = %s AND line IS NOT NULL AND state IN ('recorded', 'sending')
"""
_KEPT_FILLS = """
    SELECT f.bot_id, f.instrument_id, f.sequence, f.side, f.cause, f.price,
           f.quantity - CASE
               WHEN f.side = 'buy' AND f.fee_currency = split_part(split_part(f.instrument_id, ':', 2), '/', 1)
               THEN f.fee ELSE 0 END,
           CASE WHEN f.side = 'buy' THEN (
               SELECT l.cost + coalesce((SELECT sum(c.cost) FROM trading_portfolio_lotclose c WHERE c.lot_id = l.id), 0)
               FROM trading_portfolio_lot l WHERE l.fill_id = f.public_id)
           ELSE (SELECT sum(c.proceeds) FROM trading_portfolio_lotclose c WHERE c.fill_id = f.public_id) END,
           i.line
    FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::bigint[]) AS g (portfolio_id, bot_id, instrument_id, heard)
    JOIN trading_execution_fill f ON f.portfolio_id = g.portfolio_id AND f.sequence > g.heard
     AND f.bot_id = g.bot_id AND f.instrument_id = g.instrument_id
    JOIN trading_execution_order o ON o.id = f.order_id
    JOIN trading_execution_intent i ON i.id = o.intent_id
    ORDER BY f.portfolio_id, f.sequence
"""
_KEPT = """
    SELECT p.id, p.fill_sequence, g.bot_id, g.instrument_id, coalesce(s.quantity, 0), coalesce(s.cost, 0)
    FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS g (portfolio_id, bot_id, instrument_id)
    JOIN trading_portfolio_portfolio p ON p.id = g.portfolio_id
    LEFT JOIN trading_portfolio_position s ON s.portfolio_id = g.portfolio_id AND s.bot_id = g.bot_id
      AND s.instrument_id = g.instrument_id AND s.closed_slot_ms IS NULL
"""


def lines_working(intent_pks: Collection[int]) -> list[Line]:
    """Those of these intents, which are locked, that still work, as lines of bots; oldest first. One query."""
    rows = query(_LINES, [list(intent_pks)]) if intent_pks else []
    return [
        Line(WorkingOrder(*row), number, Side(side), is_new=is_new, **json.loads(spec))
        for *row, number, side, spec, is_new in rows
    ]


def held_by_bots(places: Collection[tuple[int, UUID, str]]) -> dict[tuple[UUID, str], tuple[int, Decimal]]:
    """(bot, instrument) -> the open position's key and quantity. places: with the portfolio first. One query."""
    columns = [list(column) for column in zip(*places, strict=True)] if places else []
    rows = query(_HELD_BY_BOTS, columns) if columns else []
    return {(bot_id, instrument_id): (pk, quantity) for bot_id, instrument_id, pk, quantity in rows}


def lines_resting() -> dict[tuple[UUID, str], int]:
    """(bot, instrument) -> how many of its lines are recorded or work. One query."""
    return {(bot_id, instrument_id): count for bot_id, instrument_id, count in query(_LINES_RESTING)}


def lines_ended(lines: Collection[tuple[UUID, str, int]]) -> dict[tuple[UUID, str, int], LineEnd]:
    """Of these (bot, instrument, number) the ended ones, and how. One query."""
    rows = query(_LINES_ENDED, [list(column) for column in zip(*lines, strict=True)]) if lines else []
    return {(bot_id, instrument_id, number): LineEnd(*end) for bot_id, instrument_id, number, *end in rows}


def lock_lines(portfolio_pks: Collection[int]) -> None:
    """Lock what bots that keep orders have on its way in these portfolios, until the transaction ends.

    Whoever books a fill locks intents before books: so does who withdraws lines, once it has locked the limits.
    """
    query(_LOCK_LINES, [list(portfolio_pks)])


def stops_under_way(bot_ids: Collection[UUID]) -> frozenset[tuple[UUID, str]]:
    """(bot, instrument) whose stop was met and has not sold all yet. One query."""
    return frozenset(query(_STOPPING, [list(bot_ids)]))


def kept_fills(heard: Mapping[tuple[int, UUID, str], int]) -> list[KeptFill]:
    """What bots that keep orders got at exchanges since then: (portfolio, bot, instrument) -> the last place in the
    portfolio's books of which they know; oldest first. One query.
    """
    columns = [list(column) for column in zip(*heard, strict=True)] if heard else []
    return [KeptFill(*row) for row in query(_KEPT_FILLS, [*columns, list(heard.values())])] if heard else []


def kept_now(places: Collection[tuple[int, UUID, str]]) -> dict[tuple[UUID, str], Kept]:
    """What bots that keep orders hold, by bot and instrument, and up to where the books of their portfolio go, which
    the caller has locked. places: with the portfolio first. One query.
    """
    columns = [list(column) for column in zip(*places, strict=True)] if places else []
    rows = query(_KEPT, columns) if places else []
    return {(bot_id, name): Kept(sequence, quantity, cost) for _pk, sequence, bot_id, name, quantity, cost in rows}


def lines_away(bot_id: UUID) -> dict[str, dict[int, bool]]:
    """Instrument -> number of each line of the bot that no exchange has taken yet -> whether it is held here."""
    found: dict[str, dict[int, bool]] = {}
    for name, number, held in query(_AWAY, [bot_id]):
        found.setdefault(name, {})[number] = held
    return found
