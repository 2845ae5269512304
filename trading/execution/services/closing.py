"""What follows a fill or a miss: books, order states, and the stop that every new position gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, write
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading.execution.events import OrderFilled
from trading.execution.models import Fill, Intent, Order
from trading.execution.services.place import place_drafts
from trading.execution.types import IntentDraft, WorkingOrder
from trading.portfolio.services import book_executions, release
from trading.portfolio.types import BookedFill, Execution, money_of

FILL_COLUMNS = (
    "public_id",
    "order_id",
    "portfolio_id",
    "position_id",
    "bot_id",
    "instrument_id",
    "side",
    "cause",
    "price",
    "quantity",
    "fee",
    "fee_currency",
    "profit",
    "slot_ms",
    "sequence",
    "venue_trade_id",
    "booked_at",
)
_FINISH = """
    WITH given AS (
        SELECT * FROM unnest(%s::bigint[], %s::text[]) AS g (order_id, reason)
    ), finished AS (
        UPDATE trading_execution_order AS o SET state = %s, closed_at = %s, reason = g.reason
        FROM given g WHERE o.id = g.order_id RETURNING o.intent_id
    )
    UPDATE trading_execution_intent AS i SET state = %s FROM finished f WHERE i.id = f.intent_id
"""
_WITHDRAW = """
    WITH withdrawn AS (
        UPDATE trading_execution_order AS o SET state = 'cancelled', closed_at = %s
        FROM trading_execution_intent i
        WHERE i.id = o.intent_id AND o.state = 'open' AND i.purpose = %s AND i.position_id = ANY(%s)
        RETURNING i.id
    )
    UPDATE trading_execution_intent AS i SET state = 'cancelled' FROM withdrawn w WHERE i.id = w.id
"""


def book(fills: Sequence[tuple[WorkingOrder, Execution]]) -> list[BookedFill]:
    """Book executions, keep them as Fill rows, close their orders and publish; in the caller's transaction."""
    if not fills:
        return []
    booked = book_executions([execution for _, execution in fills])
    insert_rows(Fill, FILL_COLUMNS, [_paper_row(fill) for fill in booked])
    _finish([order for order, _ in fills], state=Order.State.FILLED.value, reasons=[""] * len(fills))
    publish_on_commit([filled_event(fill) for fill in booked])
    return booked


def book_held(
    fills: Sequence[tuple[WorkingOrder, Execution]], *, done: Collection[int] | None = None
) -> list[BookedFill]:
    """`book` for orders that may fill in parts: those in `done` (keys; None: all) are filled, the others stay open."""
    if not fills:
        return []
    booked = book_executions([execution for _, execution in fills])
    rows = [_paper_row(fill, f"-{fill.sequence}") for fill in booked]
    insert_rows(Fill, FILL_COLUMNS, rows)
    ended = {order.pk: order for order, _ in fills if done is None or order.pk in done}
    if ended:
        _finish(list(ended.values()), state=Order.State.FILLED.value, reasons=[""] * len(ended))
    publish_on_commit([filled_event(fill) for fill in booked])
    return booked


def book_paid(execution: Execution, name: str) -> list[BookedFill]:
    """Book what was paid or earned without a trade, such as funding. name: says for what, once in a portfolio."""
    booked = book_executions([execution])
    paid, currency = money_of(execution.fee_minor), execution.instrument.quote
    rows = [fill_row(fill, fee=paid, fee_currency=currency, venue_trade_id=f"paper-{name}") for fill in booked]
    insert_rows(Fill, FILL_COLUMNS, rows)
    return booked


def close_orders(*, expired: Sequence[tuple[WorkingOrder, str]]) -> None:
    """Entries that get nothing: expired, with the reason, and their reservation given back."""
    if not expired:
        return
    orders, reasons = zip(*expired, strict=True)
    _finish(orders, state=Order.State.EXPIRED.value, reasons=reasons)
    freed: dict[int, Decimal] = defaultdict(Decimal)
    for order, _ in expired:
        freed[order.portfolio_pk] += order.reserved
    release(freed)


def protect(entries: Sequence[BookedFill], *, slot_ms: int) -> None:
    """Give every new position its stop (and target) as an order of its own, in the transaction that opened it."""
    drafts = [
        IntentDraft(
            id=derived_id("protect", fill.position_id),
            portfolio_pk=fill.execution.portfolio_pk,
            purpose=Intent.Purpose.PROTECT,
            side=Side.SELL,
            instrument_id=fill.execution.instrument.id,
            quantity=fill.execution.quantity,
            bot_id=fill.execution.bot_id,
            position_pk=fill.position_pk,
            stop_price=fill.execution.stop_price,
            target_price=fill.execution.target_price,
        )
        for fill in entries
    ]
    if drafts:
        place_drafts(drafts=drafts, slot_ms=slot_ms)


def withdraw_protections(exits: Sequence[BookedFill]) -> None:
    """Cancel the stops of positions that an exit has closed; what is left of others stays protected."""
    _withdraw(Intent.Purpose.PROTECT, exits)


def withdraw_exits(stopped: Sequence[BookedFill]) -> None:
    """Cancel the exits that still wait for positions which a stop or target has closed."""
    _withdraw(Intent.Purpose.EXIT, stopped)


def _withdraw(purpose: str, fills: Sequence[BookedFill]) -> None:
    if closed := [fill.position_pk for fill in fills if fill.is_closed]:
        write(_WITHDRAW, [clock.now(), str(purpose), closed])


def _finish(orders: Sequence[WorkingOrder], *, state: str, reasons: Sequence[str]) -> None:
    """Orders and their intents reach the same final state, each with its reason."""
    write(_FINISH, [[order.pk for order in orders], list(reasons), state, clock.now(), state])


def fill_row(fill: BookedFill, *, fee: Decimal, fee_currency: str, venue_trade_id: str) -> tuple[Any, ...]:
    """A booked fill as a row of `FILL_COLUMNS`."""
    execution = fill.execution
    return (
        fill.id,
        execution.order_pk,
        execution.portfolio_pk,
        fill.position_pk,
        execution.bot_id,
        execution.instrument.id,
        execution.side.value,
        execution.cause,
        execution.price,
        execution.quantity,
        fee,
        fee_currency,
        fill.profit,
        execution.slot_ms,
        fill.sequence,
        venue_trade_id,
        fill.booked_at,
    )


def _paper_row(fill: BookedFill, part: str = "") -> tuple[Any, ...]:
    execution = fill.execution
    in_base = bool(execution.base_fee)
    return fill_row(
        fill,
        fee=execution.base_fee if in_base else money_of(execution.fee_minor),
        fee_currency=execution.instrument.base if in_base else execution.instrument.quote,
        venue_trade_id=f"paper-{execution.order_id}{part}",
    )


def filled_event(fill: BookedFill) -> OrderFilled:
    """The fact that this fill was booked."""
    return OrderFilled(
        fill_id=fill.id,
        owner_id=fill.user_id,
        portfolio_id=fill.portfolio_id,
        instrument_id=fill.execution.instrument.id,
        side=fill.execution.side.value,
        cause=fill.execution.cause,
        price=fill.execution.price,
        quantity=fill.execution.quantity,
    )
