"""Orders that meet order books on paper: taken at once and what is left cancelled, or resting as a quote.

They are intents like any other, recorded, placed, filled and booked in the caller's transaction, which holds the books'
locks. What they get is counted by whoever decided them, by `trading.fills`; nothing here rounds. Candles do not come to
them: `spec` says that they are of a book.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.market import Instrument, Side
from trading.execution.models import Intent
from trading.execution.resting import held_by_bots
from trading.execution.services.closing import book_held, book_paid, withdraw_exits
from trading.execution.services.place import place_drafts
from trading.execution.types import IntentDraft, WorkingOrder
from trading.portfolio.services import release
from trading.portfolio.types import BookedFill, Execution, minor_of

NOT_ALL: Final = "immediate_or_cancel"
_NEW = """
    SELECT o.id, o.public_id, o.intent_id, o.portfolio_id, i.position_id, i.bot_id, i.instrument_id, i.purpose,
           i.quantity, i.limit_price, i.stop_price, i.target_price, i.reserved, i.slot_ms
    FROM trading_execution_order o JOIN trading_execution_intent i ON i.id = o.intent_id WHERE i.public_id = %s
"""
_CUT = """
    WITH cut AS (
        UPDATE trading_execution_order SET state = 'cancelled', reason = %s, closed_at = %s WHERE id = %s
        RETURNING intent_id
    )
    UPDATE trading_execution_intent AS i SET state = 'cancelled' FROM cut WHERE i.id = cut.intent_id
"""
_QUOTES = """
    SELECT i.bot_id, i.public_id, i.instrument_id, i.side, i.quantity, i.limit_price, i.reserved,
           (i.spec->'book'->>'since_ms')::bigint
    FROM trading_execution_intent i
    WHERE i.bot_id = ANY(%s) AND i.state = 'acked' AND i.spec->'book' IS NOT NULL
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_OPENED_BY = """
    SELECT s.id, o.id, o.public_id FROM trading_portfolio_position s
    JOIN trading_execution_fill f ON f.position_id = s.id JOIN trading_execution_order o ON o.id = f.order_id
    WHERE s.portfolio_id = %s AND s.bot_id = %s AND s.instrument_id = %s AND s.closed_slot_ms IS NULL
    ORDER BY f.sequence LIMIT 1
"""
_WITHDRAW = """
    WITH gone AS (
        UPDATE trading_execution_intent SET state = 'cancelled'
        WHERE public_id = ANY(%s::uuid[]) AND state IN ('recorded', 'acked') RETURNING id, portfolio_id, reserved
    ), closed AS (
        UPDATE trading_execution_order AS o SET state = 'cancelled', reason = %s, closed_at = %s FROM gone g
        WHERE o.intent_id = g.id AND o.state = 'open'
    )
    SELECT portfolio_id, sum(reserved) FROM gone GROUP BY portfolio_id
"""


@dataclass(frozen=True, slots=True)
class BookPart:
    """What of an order is booked as one fill. price, quantity: as the books have them; notional, fee: minor units.

    collateral: of a contract that is sold short, what stays reserved with it.
    """

    instrument: Instrument
    side: Side
    price: Decimal
    quantity: Decimal
    notional_minor: int
    fee_minor: int
    base_fee: Decimal = Decimal(0)
    collateral: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Funding:
    """What a bot earned, below zero paid, for what it holds of a perpetual, at one moment. price: by which."""

    portfolio_pk: int
    bot_id: UUID
    instrument: Instrument
    at_ms: int
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BookOrder:
    """A bot's order at a book. id: names its facts. group: which trade it belongs to. cause: entry, exit or stop.

    parts: what it got. since_ms: of a quote, when it is there; reserved: of one that buys, its cash.
    """

    id: UUID
    group: UUID
    portfolio_pk: int
    bot_id: UUID
    instrument: Instrument
    side: Side
    quantity: Decimal
    limit_price: Decimal
    cause: str
    parts: tuple[BookPart, ...] = ()
    is_whole: bool = True
    since_ms: int = 0
    reserved: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RestingQuote:
    """A quote that works, as its intent says."""

    bot_id: UUID
    id: UUID
    instrument_id: str
    side: Side
    quantity: Decimal
    limit_price: Decimal
    reserved: Decimal
    since_ms: int


def take_at_books(orders: Sequence[BookOrder], *, slot_ms: int) -> list[BookedFill]:
    """Record, place, fill and book orders one after the other; what is left of each is cancelled."""
    booked: list[BookedFill] = []
    for order in orders:
        place_drafts(drafts=[_draft(order)], slot_ms=slot_ms)
        [working] = [WorkingOrder(*row) for row in query(_NEW, [order.id])]
        booked += _fill(order, working, slot_ms)
        if not order.is_whole or not order.parts:
            write(_CUT, [NOT_ALL, clock.now(), working.pk])
    return booked


def rest_at_book(order: BookOrder, *, slot_ms: int) -> None:
    """Record and place a quote, which rests until `fill_quote` or `withdraw_quotes`."""
    place_drafts(drafts=[_draft(order)], slot_ms=slot_ms)


def fill_quote(order: BookOrder, *, slot_ms: int) -> list[BookedFill]:
    """Book what a resting quote got; it has ended then. order: with the id of the quote."""
    [working] = [WorkingOrder(*row) for row in query(_NEW, [order.id])]
    return _fill(order, working, slot_ms)


def pay_funding(paid: Sequence[Funding], *, slot_ms: int) -> list[BookedFill]:
    """Book funding, each as a fill of nothing of the order that opened what it is paid for."""
    booked: list[BookedFill] = []
    for one in paid:
        [(position_pk, order_pk, order_id)] = query(_OPENED_BY, [one.portfolio_pk, one.bot_id, one.instrument.id])
        execution = Execution(
            order_pk=order_pk,
            order_id=order_id,
            portfolio_pk=one.portfolio_pk,
            position_pk=position_pk,
            bot_id=one.bot_id,
            instrument=one.instrument,
            side=Side.SELL,
            cause="funding",
            price=one.price,
            quantity=Decimal(0),
            notional_minor=0,
            fee_minor=-minor_of(one.amount),
            slot_ms=slot_ms,
        )
        booked += book_paid(execution, f"funding-{position_pk}-{one.at_ms}")
    return booked


def withdraw_quotes(ids: Collection[UUID], *, reason: str) -> None:
    """Cancel those of these quotes that still work, and free their cash."""
    if ids:
        rows = query(_WITHDRAW, [list(ids), reason, clock.now()])
        release({pk: reserved for pk, reserved in sorted(rows) if reserved})


def resting_quotes(bot_ids: Collection[UUID]) -> dict[UUID, RestingQuote]:
    """The quote of each of these bots that has one, locked."""
    rows = query(_QUOTES, [list(bot_ids)]) if bot_ids else []
    return {row[0]: RestingQuote(row[0], row[1], row[2], Side(row[3]), *row[4:]) for row in rows}


def _fill(order: BookOrder, working: WorkingOrder, slot_ms: int) -> list[BookedFill]:
    """Part by part: what one of them opens or sells, the next one finds."""
    booked: list[BookedFill] = []
    for part in order.parts:
        place = (order.portfolio_pk, order.bot_id, part.instrument.id)
        position_pk, _quantity = held_by_bots([place]).get(place[1:], (None, Decimal(0)))
        execution = Execution(
            order_pk=working.pk,
            order_id=working.public_id,
            portfolio_pk=order.portfolio_pk,
            position_pk=position_pk,
            bot_id=order.bot_id,
            instrument=part.instrument,
            side=part.side,
            cause=order.cause if len({one.side for one in order.parts}) == 1 else _CAUSES[part.side],
            price=part.price,
            quantity=part.quantity,
            notional_minor=part.notional_minor,
            fee_minor=part.fee_minor,
            slot_ms=slot_ms,
            reserved=Decimal(0) if booked else working.reserved,
            base_fee=part.base_fee,
            collateral=part.collateral,
        )
        booked += book_held([(working, execution)])
    withdraw_exits(booked)
    return booked


_CAUSES: Final = {Side.BUY: "entry", Side.SELL: "exit"}


def _draft(order: BookOrder) -> IntentDraft:
    facts = {"group": str(order.group), "since_ms": order.since_ms}
    return IntentDraft(
        id=order.id,
        portfolio_pk=order.portfolio_pk,
        purpose=Intent.Purpose.ENTRY if order.cause == "entry" else Intent.Purpose.EXIT,
        side=order.side,
        instrument_id=order.instrument.id,
        quantity=order.quantity,
        bot_id=order.bot_id,
        limit_price=order.limit_price,
        reserved=order.reserved,
        spec=json.dumps({"book": facts}),
    )
