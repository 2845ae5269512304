"""Orders over time at work: what their children got is counted, and what is due is sent, each child through the gate.

What is known of a child is read from intents and fills, never told twice. State and children are one commit: a crash
before it leaves nothing, one after it leaves children that are recorded. Each order is a commit of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.market import Instrument, Side
from cryptouniverse.kernel.words import told
from tenants.provisioning.selectors import takes_entries
from trading.algorithms import (
    Child,
    Market,
    Parent,
    State,
    cancel,
    counts_from_ms,
    due,
    ended,
    known,
    parent_from,
    pause,
    reduced,
    resume,
    state_from,
    state_told,
)
from trading.ceilings.types import Mode
from trading.exchanges.types import OrderKind
from trading.execution.grid import collared
from trading.execution.market import bars_until_now, market_now_ms, price_age_s
from trading.execution.models import Intent, ParentOrder
from trading.execution.over_time import traded_since
from trading.execution.requests import Asked
from trading.execution.selectors import standing_books
from trading.execution.services.record import record_intents
from trading.execution.types import IntentDraft
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, prices_at
from trading.marketdata.types import FeedState
from trading.risk.gate import judge
from trading.risk.selectors import mode_of, read_sizing
from trading.risk.types import Approved, Book, Limits, Proposal, Refusal

STOPPED = "stopped"  # paused by a mode, not by a person
A_TURN = 4  # children of one order in one look
_WORKING = "SELECT id FROM trading_execution_parentorder WHERE ended_at IS NULL ORDER BY id"
_CHILDREN = """
    SELECT i.child, i.state IN ('filled', 'cancelled', 'expired', 'rejected'), coalesce(sum(f.quantity), 0),
           coalesce(sum(f.quantity * f.price), 0), max(f.slot_ms), max(f.position_id)
    FROM trading_execution_intent i
    LEFT JOIN trading_execution_order o ON o.intent_id = i.id
    LEFT JOIN trading_execution_fill f ON f.order_id = o.id
    WHERE i.parent_id = %s AND i.child = ANY(%s) GROUP BY i.id
"""
_POSITION = """
    SELECT quantity, EXISTS (SELECT 1 FROM trading_execution_intent i WHERE i.position_id = s.id AND i.purpose = 'exit'
                             AND i.state IN ('recorded', 'sending', 'acked'))
    FROM trading_portfolio_position s WHERE id = %s AND closed_slot_ms IS NULL FOR NO KEY UPDATE
"""


@dataclass(slots=True)
class _Turn:
    """One order in one look: what it stands on, and what it has come to."""

    row: ParentOrder
    parent: Parent
    state: State
    feed: FeedState
    instrument: Instrument
    last: int
    now_ms: int
    sent: int = 0


def carry_on() -> int:
    """Bring every order over time of the tenant up to date and send what is due; how many children were recorded.

    Call it in no transaction. Asking again changes nothing.
    """
    working = [pk for (pk,) in query(_WORKING)]
    if not working:
        return 0
    try:
        feed = feed_state()
    except NoMarket:
        return 0
    return sum(_carry_on(pk, feed) for pk in working)


def refused_now(row: ParentOrder) -> Refusal | None:
    """What the gate says to a buyer's smallest child now, None where it would pass. In the caller's transaction."""
    feed = feed_state()
    name = row.instrument_id
    instrument, (*_prices, last) = prices_at([name], feed.timeframe, slot_ms=feed.cursor_ms)[name]
    now_ms, parent = market_now_ms(feed), parent_from(row.terms)
    turn = _Turn(row, parent, state_from(row.state), feed, instrument, last, now_ms)
    books = standing_books([row.portfolio_id], slot_ms=feed.cursor_ms, candle_ms=feed.timeframe.ms)
    book, limits = books[row.portfolio_id]
    child = Child("", 0, Side.BUY, parent.min_steps, parent.limit_ticks, now_ms, None)
    age_s = price_age_s(feed, by_the_wall=book.real is not None)
    answer = judge(_proposal(turn, child, limits, age_s), book, limits)
    return answer if isinstance(answer, Refusal) else None


@transaction.atomic
def _carry_on(pk: int, feed: FeedState) -> int:
    """The order's row is locked first, then the books of its portfolio, as whoever pauses or ends it does."""
    rows = ParentOrder.objects.select_for_update(of=("self",), no_key=True).select_related("portfolio")
    row = rows.get(pk=pk)
    found = prices_at([row.instrument_id], feed.timeframe, slot_ms=feed.cursor_ms).get(row.instrument_id)
    if row.ended_at is not None or found is None:
        return 0
    instrument, (*_prices, last) = found
    parent, state = parent_from(row.terms), state_from(row.state)
    turn = _Turn(row, parent, state, feed, instrument, last, market_now_ms(feed))
    _count(turn)
    if row.side == Side.BUY.value:
        _buy(turn)
    else:
        _hold_up_or_go_on(turn)
        _sell(turn)
    if turn.state.finished and not turn.state.in_flight_steps:
        row.ended_at = clock.now()
    row.state = state_told(turn.state)
    row.save(update_fields=["state", "position", "refusal", "ended_at"])
    return turn.sent


def _count(turn: _Turn) -> None:
    """What the children in flight got, and what became of them."""
    going = [child.index for child in turn.state.children if not child.ended]
    if not going:
        return
    instrument = turn.instrument
    for index, is_over, quantity, paid, at_ms, position_pk in query(_CHILDREN, [turn.row.pk, going]):
        steps, worth = int(quantity / instrument.step), int(paid / instrument.step / instrument.tick)
        facts = {"steps": steps, "paid": worth, "is_over": is_over, "at_ms": at_ms}
        turn.state = known(turn.parent, turn.state, index, **facts)
        if position_pk is not None and turn.row.side == Side.BUY.value:
            turn.row.position_id = position_pk


def _hold_up_or_go_on(turn: _Turn) -> None:
    """Automation stops where trading is stopped: buying in every mode but the normal one and where the tenant takes no
    entries, selling in a freeze.
    """
    mode, state = mode_of(turn.row.portfolio_id), turn.state
    buys = turn.row.side == Side.BUY.value
    stopped = mode is not Mode.NORMAL or not takes_entries() if buys else mode is Mode.FREEZE
    if stopped and state.paused is None and not state.finished:
        turn.state = pause(state, STOPPED)
    elif not stopped and state.paused == STOPPED:
        turn.state = resume(turn.parent, state, turn.now_ms)


def _buy(turn: _Turn) -> None:
    """Each child through the gate. Until the first one has filled there is one at a time; a position that was closed,
    by its stop or by hand, ends the order.
    """
    row, feed = turn.row, turn.feed
    books = standing_books([row.portfolio_id], slot_ms=feed.cursor_ms, candle_ms=feed.timeframe.ms)
    book, limits = books[row.portfolio_id]
    _hold_up_or_go_on(turn)  # under the lock of the limits: whoever stops trading waits, or was before
    if row.position_id is not None and not query(_POSITION, [row.position_id]):
        turn.state = cancel(turn.parent, turn.state)
    age_s = price_age_s(feed, by_the_wall=book.real is not None)
    for _child in range(A_TURN):
        if row.position_id is None and turn.state.in_flight_steps:
            return
        child = _next(turn, fresh=age_s <= limits.quote_age_s_max)
        if child is None:
            return
        _enter(turn, child, book, limits, age_s)


def _sell(turn: _Turn) -> None:
    """A part of the position at a time, when nobody else is selling of it."""
    rows = query(_POSITION, [turn.row.position_id])
    if not rows:
        turn.state = cancel(turn.parent, turn.state)
        return
    [(held, leaving)] = rows
    if leaving or turn.state.in_flight_steps or (child := _next(turn, fresh=True)) is None:
        return
    quantity = min(turn.instrument.quantity_of(child.steps), held)
    if steps := turn.instrument.steps_down(quantity):
        turn.state = reduced(turn.parent, turn.state, child.index, steps) if steps < child.steps else turn.state
        record_intents(drafts=[_exit(turn, child, quantity, held)], slot_ms=turn.feed.cursor_ms)
        turn.sent += 1
    else:
        turn.state = ended(turn.parent, turn.state, child.index)


def _next(turn: _Turn, *, fresh: bool) -> Child | None:
    """The next child that is due, its state known; None where nothing is."""
    since_ms = counts_from_ms(turn.parent, turn.state, turn.now_ms)
    bars = None if since_ms is None else bars_until_now(turn.row.instrument_id, turn.feed)(since_ms)
    traded = 0 if bars is None else traded_since(bars, turn.instrument)
    answer = due(turn.parent, turn.state, turn.now_ms, Market(turn.last, traded) if fresh else None)
    turn.state = answer.state
    return answer.children[0] if answer.children else None


def _enter(turn: _Turn, child: Child, book: Book, limits: Limits, age_s: Decimal) -> None:
    answer = judge(_proposal(turn, child, limits, age_s), book, limits)
    steps = turn.instrument.steps_down(answer.quantity) if isinstance(answer, Approved) else 0
    turn.row.refusal = _refusal(answer)
    if not isinstance(answer, Approved) or steps < turn.parent.min_steps:
        turn.state = ended(turn.parent, turn.state, child.index)
        return
    if steps < child.steps:
        turn.state = reduced(turn.parent, turn.state, child.index, steps)
    record_intents(drafts=[_entry(turn, child, answer)], slot_ms=turn.feed.cursor_ms)
    book.reserve(answer)
    turn.sent += 1


def _proposal(turn: _Turn, child: Child, limits: Limits, age_s: Decimal) -> Proposal:
    row, instrument = turn.row, turn.instrument
    most = collared(turn.last, limits.collar_bps)
    worst = instrument.price_of(min(most, turn.parent.limit_ticks or most))
    return Proposal(
        bot_id=None,
        instrument=instrument,
        price=instrument.price_of(turn.last),
        price_age_s=age_s,
        stop_bps=0,
        target_bps=0,
        allocation=Decimal(0),
        by_rules=False,
        slot_ms=turn.feed.cursor_ms,
        candle_ms=turn.feed.timeframe.ms,
        by_hand=True,
        adds=row.position_id is not None,
        limit_price=worst,
        stop_price=row.stop_price,
        sizing=read_sizing({"method": "fixed", "amount": instrument.quantity_of(child.steps) * worst}),
    )


def _entry(turn: _Turn, child: Child, approved: Approved) -> IntentDraft:
    row = turn.row
    rests = row.portfolio.connection_id is not None and turn.parent.kind == "iceberg"
    return IntentDraft(
        id=uuid5(row.public_id, str(child.index)),
        portfolio_pk=row.portfolio_id,
        purpose=Intent.Purpose.ENTRY,
        side=Side.BUY,
        instrument_id=row.instrument_id,
        quantity=approved.quantity,
        position_pk=row.position_id,
        limit_price=approved.limit_price,
        stop_price=row.stop_price,
        target_price=row.target_price,
        reserved=approved.reserved,
        spec=json.dumps({"venue": Asked(OrderKind.LIMIT).as_json()}) if rests else None,
        parent_pk=row.pk,
        child=child.index,
    )


def _exit(turn: _Turn, child: Child, quantity: Decimal, held: Decimal) -> IntentDraft:
    row = turn.row
    return IntentDraft(
        id=uuid5(row.public_id, str(child.index)),
        portfolio_pk=row.portfolio_id,
        purpose=Intent.Purpose.EXIT,
        side=Side.SELL,
        instrument_id=row.instrument_id,
        quantity=quantity,
        bot_id=row.position.bot_id if row.position else None,
        position_pk=row.position_id,
        reason="over_time",
        partial=quantity < held,
        parent_pk=row.pk,
        child=child.index,
    )


def _refusal(answer: Approved | Refusal) -> dict[str, Any]:
    if not answer.rule:
        return {}
    return {"rule": answer.rule, "limit": told(answer.limit), "value": told(answer.value), "level": answer.level}
