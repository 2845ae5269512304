"""What follows a fill or a miss: books, order states, and the stop that every new position gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import update_rows
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading.execution.events import OrderFilled
from trading.execution.models import Fill, Intent, Order
from trading.execution.services.place import accept
from trading.execution.services.record import record_intents
from trading.execution.types import IntentDraft, WorkingOrder
from trading.portfolio.services import book_executions, release
from trading.portfolio.types import BookedFill, Execution, money_of


def book(fills: Sequence[tuple[WorkingOrder, Execution]]) -> list[BookedFill]:
    """Book executions, keep them as Fill rows, close their orders and publish; in the caller's transaction."""
    if not fills:
        return []
    booked = book_executions([execution for _, execution in fills])
    Fill.objects.bulk_create(_fill_row(fill) for fill in booked)
    _finish([order for order, _ in fills], Order.State.FILLED, Intent.State.FILLED)
    publish_on_commit([_event(fill) for fill in booked])
    return booked


def close_orders(*, expired: Sequence[tuple[WorkingOrder, str]]) -> None:
    """Entries that get nothing: expired, with the reason, and their reservation given back."""
    if not expired:
        return
    _finish([order for order, _ in expired], Order.State.EXPIRED, Intent.State.EXPIRED)
    update_rows(Order, ("reason",), [(order.pk, reason) for order, reason in expired])
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
        accept(record_intents(drafts=drafts, slot_ms=slot_ms))


def withdraw_protections(exits: Sequence[BookedFill]) -> None:
    """Cancel the stops of positions that an exit has closed."""
    _withdraw(Intent.Purpose.PROTECT, exits)


def withdraw_exits(stopped: Sequence[BookedFill]) -> None:
    """Cancel the exits that still wait for positions which a stop or target has closed."""
    _withdraw(Intent.Purpose.EXIT, stopped)


def _withdraw(purpose: str, closed: Sequence[BookedFill]) -> None:
    if not closed:
        return
    positions = [fill.position_pk for fill in closed]
    orders = Order.objects.filter(state=Order.State.OPEN, intent__position__in=positions, intent__purpose=purpose)
    pairs = list(orders.values_list("pk", "intent_id"))
    _set_states(pairs, Order.State.CANCELLED, Intent.State.CANCELLED)


def _finish(orders: Sequence[WorkingOrder], order_state: str, intent_state: str) -> None:
    _set_states([(order.pk, order.intent_pk) for order in orders], order_state, intent_state)


def _set_states(pairs: Sequence[tuple[int, int]], order_state: str, intent_state: str) -> None:
    if pairs:
        order_pks, intent_pks = zip(*pairs, strict=True)
        Order.objects.filter(pk__in=order_pks).update(state=order_state, closed_at=clock.now())
        Intent.objects.filter(pk__in=intent_pks).update(state=intent_state)


def _fill_row(fill: BookedFill) -> Fill:
    execution = fill.execution
    return Fill(
        public_id=fill.id,
        order_id=execution.order_pk,
        portfolio_id=execution.portfolio_pk,
        position_id=fill.position_pk,
        bot_id=execution.bot_id,
        instrument_id=execution.instrument.id,
        side=execution.side,
        cause=execution.cause,
        price=execution.price,
        quantity=execution.quantity,
        fee=money_of(execution.fee_minor),
        fee_currency=execution.instrument.quote,
        profit=fill.profit,
        slot_ms=execution.slot_ms,
        sequence=fill.sequence,
        venue_trade_id=f"paper-{execution.order_id}",
        booked_at=fill.booked_at,
    )


def _event(fill: BookedFill) -> OrderFilled:
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
