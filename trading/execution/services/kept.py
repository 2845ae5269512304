"""Lines of bots that keep orders, at an exchange: together they never ask for more than is held, and they make way.

An exchange holds back what an order sells. So a line that sells leaves only while all that rest there leave enough for
it, and whoever sells everything (a stop that was met, a person, an emergency) waits for the end of what rests.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from trading.execution.at_venue import RecordedIntent
from trading.execution.lines import STOP
from trading.execution.services.record import tell_trader
from trading.execution.services.refusing import end_intents
from trading.execution.types import Candle, Desk

Place = tuple[UUID | None, str]  # bot, instrument
STOPPED = "stopped"
LEAVING = "leaving"
NOTHING_HELD = "not_held"
_SELLS = """
    SELECT i.id, i.public_id, i.portfolio_id, i.position_id, i.purpose, i.side, i.instrument_id, i.quantity,
           i.limit_price, i.stop_price, i.attempts, coalesce(s.quantity, 0), coalesce(i.released_at, i.recorded_at),
           i.spec, i.target_price, i.bot_id, i.line
    FROM trading_execution_intent i
    LEFT JOIN trading_portfolio_position s
      ON s.portfolio_id = i.portfolio_id AND s.bot_id = i.bot_id AND s.instrument_id = i.instrument_id
     AND s.closed_slot_ms IS NULL
    WHERE i.portfolio_id = %s AND i.line IS NOT NULL AND i.purpose = 'exit' AND i.state = 'recorded' AND NOT i.held
      AND (i.not_before IS NULL OR i.not_before <= %s)
    ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
"""
_AT_THE_VENUE = """
    SELECT i.bot_id, i.instrument_id, i.purpose = 'exit', i.line IS NOT NULL,
           greatest(coalesce(a.quantity, i.quantity)
                    - coalesce((SELECT sum(f.quantity) FROM trading_execution_fill f WHERE f.order_id = o.id), 0), 0)
    FROM trading_execution_intent i
    LEFT JOIN trading_execution_order o ON o.intent_id = i.id
    LEFT JOIN trading_execution_attempt a ON a.intent_id = i.id AND a.number = i.attempts
    WHERE i.portfolio_id = %s AND i.bot_id = ANY(%s) AND i.state IN ('sending', 'acked') AND i.id IN (
        SELECT id FROM trading_execution_intent
        WHERE line IS NOT NULL AND state IN ('recorded', 'sending', 'acked')
        UNION ALL
        SELECT id FROM trading_execution_intent
        WHERE purpose IN ('exit', 'protect') AND state IN ('recorded', 'sending', 'acked'))
"""
# Which places give way to what: a stop that was met ends every line there; any other sale of it all, those that sell.
_WAY = """
    WITH leaving AS (
        SELECT x.bot_id, x.instrument_id, 'stopped' AS why FROM trading_execution_intent x
        WHERE x.portfolio_id = %s AND x.line IS NOT NULL AND x.spec->>'kind' = 'stop' AND NOT x.held
          AND x.state IN ('recorded', 'sending')
        UNION ALL
        SELECT p.bot_id, p.instrument_id, 'leaving' FROM trading_execution_intent x
        JOIN trading_portfolio_position p ON p.id = x.position_id
        WHERE x.portfolio_id = %s AND x.line IS NULL AND x.purpose = 'exit' AND x.state IN ('recorded', 'sending')
    )
    SELECT i.id, i.bot_id, i.instrument_id, i.state, g.why FROM trading_execution_intent i
    JOIN leaving g USING (bot_id, instrument_id)
    WHERE i.portfolio_id = %s AND i.line IS NOT NULL AND i.state IN ('recorded', 'acked')
      AND (g.why = 'leaving' AND i.purpose = 'exit' AND i.spec->>'kind' <> 'stop'
           OR g.why = 'stopped' AND i.spec->>'kind' <> 'stop')
    ORDER BY i.id FOR NO KEY UPDATE OF i SKIP LOCKED
"""
_UNWANTED = """
    UPDATE trading_execution_intent AS i SET unwanted = g.why
    FROM unnest(%s::bigint[], %s::text[]) AS g (id, why) WHERE i.id = g.id AND i.unwanted = ''
"""
_MET = """
    UPDATE trading_execution_intent AS i SET held = false, released_at = %s
    FROM unnest(%s::text[], %s::numeric[]) AS c (instrument_id, low)
    WHERE i.instrument_id = c.instrument_id AND i.held AND i.line IS NOT NULL AND i.state = 'recorded'
      AND i.slot_ms < %s AND c.low <= i.stop_price
    RETURNING i.portfolio_id
"""


def release_stops(*, slot_ms: int, candles: Mapping[str, Candle]) -> int:
    """Let go of the stops of bots that keep orders at exchanges which this candle has come to; how many.

    They are held here and sell at the market once every other line of their bot has ended there. In the caller's
    transaction.
    """
    lows = [candle.instrument.price_of(candle.low) for candle in candles.values()]
    met = query(_MET, [clock.now(), list(candles), lows, slot_ms]) if candles else []
    if met:
        tell_trader({pk for (pk,) in met})
    return len(met)


def make_way(desk: Desk) -> frozenset[Place]:
    """End, or ask for the end of, every line that stands in the way of a sale of all; the places where one waits.

    In the caller's transaction. What somebody else holds just now has its turn next time.
    """
    rows = query(_WAY, [desk.portfolio_pk] * 3)
    end_intents([(pk, "cancelled", why) for pk, _bot_id, _name, state, why in rows if state == "recorded"])
    asked = [(pk, why) for pk, _bot_id, _name, state, why in rows if state == "acked"]
    if asked:
        write(_UNWANTED, [list(column) for column in zip(*asked, strict=True)])
    return frozenset((bot_id, name) for _pk, bot_id, name, *_ in rows)


def sells_that_fit(desk: Desk, found: Sequence[RecordedIntent], waits: Collection[Place]) -> list[RecordedIntent]:
    """What may leave of `found`, with the lines that may sell: exits first, those lines next, entries last.

    Of one bot in one instrument all that is on its way to be sold is never more than is held; a stop that was met goes
    alone, with all that is held, and ends where that is nothing. waits: places whose lines are just ending.
    """
    lines = [RecordedIntent(*row) for row in query(_SELLS, [desk.portfolio_pk, clock.now()])]
    exits = [one for one in found if one.purpose == "exit"]
    if not lines and not exits:
        return list(found)
    bots = {one.bot_id for one in (*lines, *exits) if one.bot_id}
    asked: dict[Place, Decimal] = defaultdict(Decimal)
    resting: set[Place] = set()
    selling: set[Place] = set()
    for bot_id, name, sells, is_line, quantity in query(_AT_THE_VENUE, [desk.portfolio_pk, list(bots)]):
        resting.add((bot_id, name))
        if sells:
            asked[bot_id, name] += quantity
        if sells and is_line:
            selling.add((bot_id, name))
    fitting, ended = [], []
    for one in lines:
        place, held = _place(one), one.held or Decimal(0)
        if place in (resting if _kind(one) == STOP else waits):
            continue
        if _kind(one) == STOP and not held:
            ended.append((one.pk, "cancelled", NOTHING_HELD))
        elif _kind(one) == STOP:
            one.quantity = held
            fitting.append(one)
        elif asked[place] + one.quantity <= held:
            asked[place] += one.quantity
            fitting.append(one)
    end_intents(ended)
    ways_out = [one for one in found if one.purpose != "entry" and _place(one) not in selling]
    return [*ways_out, *fitting, *(one for one in found if one.purpose == "entry")]


def _kind(one: RecordedIntent) -> str:
    told: dict[str, Any] = json.loads(one.spec or "{}")
    return str(told.get("kind", ""))


def _place(one: RecordedIntent) -> Place:
    return one.bot_id, one.instrument_id
