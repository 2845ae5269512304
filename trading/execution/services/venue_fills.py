"""Fills at an exchange, booked once, whoever brings them: the answer, the stream, a question, or a restart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from uuid import UUID

from credits.metering.services import meter
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, query, write
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument, Side
from trading.exchanges.types import VenueTrade
from trading.execution.at_venue import KnownOrder
from trading.execution.lines import CAUSES
from trading.execution.models import Fill
from trading.execution.resting import held_by_bots
from trading.execution.selectors import profits_of
from trading.execution.services.closing import FILL_COLUMNS, fill_row, filled_event
from trading.execution.types import Desk
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, instruments
from trading.portfolio.selectors import lock_portfolios
from trading.portfolio.services import book_executions
from trading.portfolio.types import BookedFill, Execution, metered_in, minor_of

_BOOKED = "SELECT venue_trade_id FROM trading_execution_fill WHERE portfolio_id = %s AND venue_trade_id = ANY(%s)"
_CAUSES = {"entry": "entry", "exit": "exit", "protect": "stop"}
_NOTE = """
    UPDATE trading_execution_intent AS i
    SET reserved = i.reserved - g.used, position_id = coalesce(i.position_id, g.position_id)
    FROM unnest(%s::bigint[], %s::numeric[], %s::bigint[]) AS g (id, used, position_id) WHERE i.id = g.id
"""


def book_trades(
    desk: Desk,
    orders: Mapping[str, KnownOrder],
    trades: Sequence[VenueTrade],
    fee_prices: Mapping[str, Decimal],
) -> list[BookedFill]:
    """Book the trades of `orders` (by venue order id) that are not in the books yet; in the caller's transaction.

    fee_prices: what one unit of a third asset is worth in quote currency, for fees paid in it. The portfolio is locked
    first: a twin that brings the same trades waits, and then finds them booked.
    """
    mine = {trade.trade_id: trade for trade in trades if trade.venue_order_id in orders}
    if not mine:
        return []
    portfolio = lock_portfolios([desk.portfolio_pk])[desk.portfolio_pk]
    known = {row[0] for row in query(_BOOKED, [desk.portfolio_pk, list(mine)])}
    fresh = sorted((t for t in mine.values() if t.trade_id not in known), key=lambda t: (t.at_ms, t.trade_id))
    if not fresh:
        return []
    listed, slot_ms = instruments({o.instrument_id for o in orders.values()}), market_slot_ms()
    left = {order.pk: order.reserved for order in orders.values()}
    kept = _kept_by(orders.values())
    executions = []
    for trade in fresh:
        order = orders[trade.venue_order_id]
        execution = _execution(order, trade, listed[order.instrument_id], slot_ms, left[order.pk], fee_prices)
        left[order.pk] -= execution.reserved
        executions.append(_of_line(execution, order, kept) if order.line else execution)
    booked = book_executions(executions)
    insert_rows(Fill, FILL_COLUMNS, [_row(fill, trade) for fill, trade in zip(booked, fresh, strict=True)])
    _note_on_intents(orders, booked)
    meter(profits_of(booked), currency=metered_in(portfolio.kind))
    publish_on_commit([filled_event(fill) for fill in booked])
    return booked


def _kept_by(orders: Iterable[KnownOrder]) -> Mapping[tuple[UUID, str], tuple[int, Decimal]]:
    """What the bots of these lines hold now, by bot and instrument."""
    return held_by_bots({(o.portfolio_pk, o.bot_id, o.instrument_id) for o in orders if o.line and o.bot_id})


def _of_line(
    execution: Execution, order: KnownOrder, kept: Mapping[tuple[UUID, str], tuple[int, Decimal]]
) -> Execution:
    """It shares the position that its bot has of the instrument, whichever line opened that. What it sells was in the
    books before it was sent.
    """
    pk, _quantity = kept.get((order.bot_id, order.instrument_id), (None, None)) if order.bot_id else (None, None)
    cause = "entry" if execution.side is Side.BUY else CAUSES[order.line_kind]
    return replace(execution, position_pk=pk, cause=cause, line=order.line, tag=order.line_tag)


def with_fills(orders: Mapping[str, KnownOrder], booked: Sequence[BookedFill]) -> dict[str, KnownOrder]:
    """`orders` (by venue order id) as they are after these fills were booked."""
    more: dict[int, Decimal] = defaultdict(Decimal)
    for fill in booked:
        more[fill.execution.order_pk] += fill.execution.quantity
    return {name: replace(order, booked=order.booked + more[order.pk]) for name, order in orders.items()}


def market_slot_ms() -> int:
    """The candle that the market shows now, which is when a fill is seen to happen; without one, the wall's hour."""
    try:
        return feed_state().cursor_ms
    except NoMarket:
        hour_ms = 3_600_000
        return clock.to_ms(clock.now()) // hour_ms * hour_ms


def _execution(
    order: KnownOrder,
    trade: VenueTrade,
    instrument: Instrument,
    slot_ms: int,
    reserved: Decimal,
    fee_prices: Mapping[str, Decimal],
) -> Execution:
    worst = ROUND_CEILING if trade.side is Side.BUY else ROUND_FLOOR
    notional = int((trade.price * trade.quantity * MINOR_PER_UNIT).to_integral_value(rounding=worst))
    in_base, in_quote = trade.fee_currency == instrument.base, trade.fee_currency == instrument.quote
    fee_minor = minor_of(trade.fee) if in_quote else 0
    foreign = trade.fee if trade.fee and not in_base and not in_quote else Decimal(0)
    worth = foreign * fee_prices.get(trade.fee_currency, Decimal(0)) * MINOR_PER_UNIT
    cost = Decimal(notional + fee_minor) / MINOR_PER_UNIT
    return Execution(
        order_pk=order.pk,
        order_id=order.public_id,
        portfolio_pk=order.portfolio_pk,
        position_pk=order.position_pk,
        bot_id=order.bot_id,
        instrument=instrument,
        side=trade.side,
        cause="target" if order.reason == "target" else order.cause or _CAUSES[order.purpose],
        price=trade.price,
        quantity=trade.quantity,
        notional_minor=notional,
        fee_minor=fee_minor,
        slot_ms=slot_ms,
        reserved=min(reserved, cost) if order.purpose == "entry" else Decimal(0),
        stop_price=order.stop_price or Decimal(0),
        target_price=order.target_price,
        base_fee=trade.fee if in_base else Decimal(0),
        foreign_fee_minor=int(worth.to_integral_value(rounding=ROUND_CEILING)),
    )


def _row(fill: BookedFill, trade: VenueTrade) -> tuple[object, ...]:
    return fill_row(fill, fee=trade.fee, fee_currency=trade.fee_currency, venue_trade_id=trade.trade_id)


def _note_on_intents(orders: Mapping[str, KnownOrder], booked: Sequence[BookedFill]) -> None:
    """An entry's intent knows from now on which position it opened, and has that much less reserved.

    A line knows none: what it buys next may go into another one.
    """
    entries = {order.pk: order for order in orders.values() if order.purpose == "entry"}
    used: dict[int, Decimal] = {}
    position: dict[int, int | None] = {}
    for fill in booked:
        if entry := entries.get(fill.execution.order_pk):
            used[entry.intent_pk] = used.get(entry.intent_pk, Decimal(0)) + fill.execution.reserved
            position[entry.intent_pk] = None if entry.line else fill.position_pk
    if used:
        write(_NOTE, [list(used), list(used.values()), [position[pk] for pk in used]])
