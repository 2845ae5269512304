"""Lines: orders of which a bot keeps several in one instrument. Recorded, met on paper and withdrawn here.

They are intents like any other, and share one position: a buy joins it, a sell takes out of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid5

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.market import Side
from trading.execution.lines import STOP, LineFill, Met, meet_lines
from trading.execution.models import Intent
from trading.execution.resting import held_by_bots, lines_working
from trading.execution.services.closing import book, close_orders
from trading.execution.services.record import record_intents, tell_trader
from trading.execution.types import Candle, IntentDraft, Line, LineDraft, Recorded
from trading.fills import rules
from trading.fills.types import Costs
from trading.portfolio.services import release
from trading.portfolio.types import BookedFill, Execution

Place = tuple[UUID, str]  # bot, instrument
_RESTS = "UPDATE trading_execution_order SET working = '{}' WHERE id = ANY(%s)"
_WITHDRAW = """
    WITH gone AS (
        UPDATE trading_execution_intent AS i SET state = 'cancelled'
        FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS g (bot_id, instrument_id, line),
             trading_portfolio_portfolio p
        WHERE i.bot_id = g.bot_id AND i.instrument_id = g.instrument_id AND i.line = g.line AND p.id = i.portfolio_id
          AND (i.state = 'recorded' OR i.state = 'acked' AND p.connection_id IS NULL)
        RETURNING i.id, i.portfolio_id, i.reserved
    ), closed AS (
        UPDATE trading_execution_order AS o SET state = 'cancelled', reason = %s, closed_at = %s FROM gone g
        WHERE o.intent_id = g.id AND o.state = 'open'
    )
    SELECT portfolio_id, sum(reserved), count(*) FROM gone GROUP BY portfolio_id
"""
_ASK = """
    UPDATE trading_execution_intent AS i SET unwanted = %s
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS g (bot_id, instrument_id, line), trading_portfolio_portfolio p
    WHERE i.bot_id = g.bot_id AND i.instrument_id = g.instrument_id AND i.line = g.line AND p.id = i.portfolio_id
      AND p.connection_id IS NOT NULL AND i.state IN ('sending', 'acked') AND i.unwanted = ''
    RETURNING i.portfolio_id
"""
_PLACES = """
    UPDATE trading_execution_intent AS i SET spec = jsonb_set(i.spec, '{place}', to_jsonb(g.place))
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::int[]) AS g (bot_id, instrument_id, line, place)
    WHERE i.bot_id = g.bot_id AND i.instrument_id = g.instrument_id AND i.line = g.line
"""
_SHOW = """
    UPDATE trading_portfolio_position AS s SET stop_price = g.stop_price, target_price = g.target_price
    FROM unnest(%s::uuid[], %s::text[], %s::numeric[], %s::numeric[])
        AS g (bot_id, instrument_id, stop_price, target_price)
    WHERE s.bot_id = g.bot_id AND s.instrument_id = g.instrument_id AND s.closed_slot_ms IS NULL
      AND (s.stop_price, s.target_price) IS DISTINCT FROM (g.stop_price, g.target_price)
"""


def record_lines(*, drafts: Sequence[LineDraft], slot_ms: int) -> list[Recorded]:
    """Record lines and reserve the cash of those that buy, in the caller's transaction, which holds the books' locks.

    The database refuses a number that its bot has had in this instrument.
    """
    return record_intents(drafts=[_intent(draft) for draft in drafts], slot_ms=slot_ms)


def withdraw_lines(lines: Collection[tuple[UUID, str, int]], *, reason: str) -> int:
    """Cancel those of these (bot, instrument, number) that are recorded or work, and free their cash; how many.

    Of one that an exchange may have its end is asked for, and its cash is free once that is known. In the caller's
    transaction, which holds the locks of the limits, and where exchanges are among them those of `lock_lines`.
    """
    if not lines:
        return 0
    columns = [list(column) for column in zip(*lines, strict=True)]
    rows = query(_WITHDRAW, [*columns, reason, clock.now()])
    release({pk: reserved for pk, reserved, _count in sorted(rows) if reserved})
    if asked := query(_ASK, [reason, *columns]):
        tell_trader({pk for (pk,) in asked})
    return sum(int(count) for _pk, _reserved, count in rows) + len(asked)


def replace_lines(places: Mapping[tuple[UUID, str, int], int]) -> None:
    """Say anew in which order lines fill that do so at one moment."""
    if places:
        write(_PLACES, [*(list(column) for column in zip(*places, strict=True)), list(places.values())])


def show_levels(levels: Mapping[Place, tuple[Decimal, Decimal | None]]) -> None:
    """The stop (0: none) and the nearest target of what bots hold, for people to see."""
    if levels:
        bots, names = zip(*levels, strict=True)
        stops, targets = zip(*levels.values(), strict=True)
        write(_SHOW, [list(bots), list(names), list(stops), list(targets)])


def meet_working_lines(
    intent_pks: Collection[int], *, slot_ms: int, candles: Mapping[str, Candle], costs: Costs
) -> list[BookedFill]:
    """Let these lines, which are locked, meet their candles; the fills in booking order.

    In the caller's transaction.
    """
    by_place: dict[tuple[int, UUID, str], list[Line]] = defaultdict(list)
    for line in lines_working(intent_pks):
        order = line.order
        if order.bot_id is not None:
            by_place[order.portfolio_pk, order.bot_id, order.instrument_id].append(line)
    if not by_place:
        return []
    held = held_by_bots(by_place)
    met: dict[Place, Met] = {}
    for (_portfolio_pk, bot_id, name), lines in by_place.items():
        _pk, quantity = held.get((bot_id, name), (0, Decimal(0)))
        candle = candles[name]
        steps = candle.instrument.steps_down(quantity)
        met[bot_id, name] = meet_lines(lines, held=steps, candle=candle, costs=costs)
    booked = _book(met, {place: pk for place, (pk, _quantity) in held.items()}, slot_ms, candles)
    close_orders(expired=[(line.order, reason) for one in met.values() for line, reason in one.lapsed])
    if rest := [line.order.pk for one in met.values() for line in one.rest]:
        write(_RESTS, [rest])
    return booked


def _book(
    met: Mapping[Place, Met], positions: dict[Place, int], slot_ms: int, candles: Mapping[str, Candle]
) -> list[BookedFill]:
    """Book runs of buys and of sells in turn, all bots' at once: what one opens, the next one sells from."""
    runs = {
        place: [list(run) for _side, run in groupby(one.fills, key=lambda fill: fill.line.side)]
        for place, one in met.items()
    }
    booked: list[BookedFill] = []
    while turn := {place: left.pop(0) for place, left in runs.items() if left}:
        fills = [
            (fill.line.order, _execution(fill, positions.get(place), slot_ms, candles[place[1]]))
            for place, run in turn.items()
            for fill in run
        ]
        for fill in (done := book(fills)):
            if fill.execution.bot_id is not None:
                place = fill.execution.bot_id, fill.execution.instrument.id
                positions[place] = 0 if fill.is_closed else fill.position_pk
        booked += done
    return booked


def _execution(fill: LineFill, position_pk: int | None, slot_ms: int, candle: Candle) -> Execution:
    line, instrument = fill.line, candle.instrument
    notional = rules.notional_minor(fill.ticks, fill.steps, instrument.minor_per_tick_step)
    return Execution(
        order_pk=line.order.pk,
        order_id=line.order.public_id,
        portfolio_pk=line.order.portfolio_pk,
        position_pk=position_pk or None,
        bot_id=line.order.bot_id,
        instrument=instrument,
        side=line.side,
        cause=fill.cause,
        price=instrument.price_of(fill.ticks),
        quantity=instrument.quantity_of(fill.steps),
        notional_minor=notional,
        fee_minor=rules.fee_minor(notional, fill.ppm),
        slot_ms=slot_ms,
        reserved=line.order.reserved,
        line=line.number,
        tag=line.tag,
    )


def _intent(draft: LineDraft) -> IntentDraft:
    facts = {"kind": draft.kind, "place": draft.place, "tag": draft.tag, "takes": draft.takes}
    return IntentDraft(
        id=uuid5(draft.bot_id, f"{draft.instrument_id}:{draft.number}"),
        portfolio_pk=draft.portfolio_pk,
        purpose=Intent.Purpose.ENTRY if draft.side is Side.BUY else Intent.Purpose.EXIT,
        side=draft.side,
        instrument_id=draft.instrument_id,
        quantity=draft.quantity,
        bot_id=draft.bot_id,
        limit_price=None if draft.kind == STOP else draft.price,
        stop_price=draft.price if draft.kind == STOP else None,
        reserved=draft.reserved,
        spec=json.dumps(facts),
        line=draft.number,
        held=draft.held,
    )
