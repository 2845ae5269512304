"""Reads of lines: which of them rest, which a candle may fill, and what has ended."""

from __future__ import annotations

import json
from collections.abc import Collection
from decimal import Decimal
from typing import Final
from uuid import UUID

from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Side
from trading.execution.types import Line, WorkingOrder

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
    WHERE line IS NOT NULL AND state IN ('recorded', 'acked') GROUP BY bot_id, instrument_id
"""
_LINES_ENDED = """
    SELECT i.bot_id, i.instrument_id, i.line, i.state, coalesce(o.reason, '')
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS g (bot_id, instrument_id, line)
    JOIN trading_execution_intent i USING (bot_id, instrument_id, line)
    LEFT JOIN trading_execution_order o ON o.intent_id = i.id
    WHERE i.state NOT IN ('recorded', 'acked')
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


def lines_ended(lines: Collection[tuple[UUID, str, int]]) -> dict[tuple[UUID, str, int], tuple[str, str]]:
    """Of these (bot, instrument, number) the ended ones, with their state and reason. One query."""
    rows = query(_LINES_ENDED, [list(column) for column in zip(*lines, strict=True)]) if lines else []
    return {(bot_id, instrument_id, number): (state, reason) for bot_id, instrument_id, number, state, reason in rows}
