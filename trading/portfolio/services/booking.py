"""Booking fills: cash, positions, lots (first in, first out) and realised profit move together, in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import update_rows
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading.fills import lots as fifo
from trading.portfolio.models import Lot, LotClose, Portfolio, Position
from trading.portfolio.selectors import lock_portfolios
from trading.portfolio.types import BookedFill, Execution, minor_of, money_of

_MONEY_COLUMNS = ("cash", "reserved", "realised", "day_realised", "fees", "fill_sequence")


@dataclass(slots=True)
class _Changes:
    """Rows to write, gathered while the fills are walked in order."""

    positions: dict[int, Position] = field(default_factory=dict)
    lots: dict[int, list[Lot]] = field(default_factory=lambda: defaultdict(list))
    touched_lots: dict[int, Lot] = field(default_factory=dict)
    new_positions: list[Position] = field(default_factory=list)
    new_lots: list[Lot] = field(default_factory=list)
    closes: list[LotClose] = field(default_factory=list)


def book_executions(executions: Sequence[Execution]) -> list[BookedFill]:
    """Book `executions` in the given order; what the books say of each, in the same order.

    A buy opens its position, a sell closes lots first in, first out. A dozen statements whatever the number of fills.
    Raises ClosesTooMuch when a sell exceeds what is open; the caller's transaction then rolls back.
    """
    if not executions:
        return []
    portfolios = lock_portfolios({execution.portfolio_pk for execution in executions})
    changes = _load(executions)
    booked = [_book(execution, portfolios[execution.portfolio_pk], changes) for execution in executions]
    _write(portfolios, changes)
    return [fill.named() for fill in booked]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A booked fill whose position may not have a primary key yet."""

    execution: Execution
    portfolio: Portfolio
    position: Position
    sequence: int
    profit: Decimal | None

    def named(self) -> BookedFill:
        return BookedFill(
            execution=self.execution,
            id=derived_id("fill", self.execution.order_id, self.sequence),
            user_pk=self.portfolio.owner_id,
            user_id=self.portfolio.owner.public_id,
            portfolio_id=self.portfolio.public_id,
            position_pk=self.position.pk,
            position_id=self.position.public_id,
            sequence=self.sequence,
            profit=self.profit,
            booked_at=clock.now(),
        )


def _load(executions: Sequence[Execution]) -> _Changes:
    changes = _Changes()
    closing = {execution.position_pk for execution in executions if execution.position_pk}
    if closing:
        changes.positions = Position.objects.in_bulk(closing)
        for lot in Lot.objects.filter(position__in=closing, quantity__gt=0).order_by("id"):
            changes.lots[lot.position_id].append(lot)
    return changes


def _book(execution: Execution, portfolio: Portfolio, changes: _Changes) -> _Draft:
    portfolio.fill_sequence += 1
    portfolio.fees += money_of(execution.fee_minor)
    if execution.side is Side.BUY:
        position, profit = _open(execution, portfolio, changes), None
    else:
        position = changes.positions[execution.position_pk or 0]
        profit = _close(execution, portfolio, position, changes)
    return _Draft(execution, portfolio, position, portfolio.fill_sequence, profit)


def _open(execution: Execution, portfolio: Portfolio, changes: _Changes) -> Position:
    cost = money_of(execution.notional_minor + execution.fee_minor)
    portfolio.cash -= cost
    portfolio.reserved -= execution.reserved
    position = Position(
        public_id=derived_id("position", execution.order_id),
        portfolio=portfolio,
        bot_id=execution.bot_id,
        instrument_id=execution.instrument.id,
        quantity=execution.quantity,
        cost=cost,
        entry_price=execution.price,
        stop_price=execution.stop_price,
        target_price=execution.target_price,
        mark_price=execution.price,
        mark_slot_ms=execution.slot_ms,
        opened_slot_ms=execution.slot_ms,
    )
    fill_id = derived_id("fill", execution.order_id, portfolio.fill_sequence)
    changes.new_positions.append(position)
    changes.new_lots.append(Lot(position=position, fill_id=fill_id, quantity=execution.quantity, cost=cost))
    return position


def _close(execution: Execution, portfolio: Portfolio, position: Position, changes: _Changes) -> Decimal:
    proceeds = execution.notional_minor - execution.fee_minor
    open_lots = changes.lots[position.pk]
    counted = [fifo.Lot(execution.instrument.steps_down(lot.quantity), minor_of(lot.cost)) for lot in open_lots]
    closes, _rest = fifo.close_fifo(counted, execution.steps, proceeds)
    fill_id = derived_id("fill", execution.order_id, portfolio.fill_sequence)
    for close in closes:
        changes.closes.append(_take(open_lots[close.index], close, execution, fill_id, changes))
    profit = money_of(sum(close.profit for close in closes))
    cost = money_of(sum(close.cost for close in closes))
    portfolio.cash += money_of(proceeds)
    portfolio.realised += profit
    portfolio.day_realised += profit
    position.quantity -= execution.quantity
    position.cost -= cost
    position.realised += profit
    if not position.quantity:
        position.closed_slot_ms = execution.slot_ms
    return profit


def _take(lot: Lot, close: fifo.LotClose, execution: Execution, fill_id: object, changes: _Changes) -> LotClose:
    quantity, cost = execution.instrument.quantity_of(close.steps), money_of(close.cost)
    lot.quantity -= quantity
    lot.cost -= cost
    changes.touched_lots[lot.pk] = lot
    proceeds, profit = money_of(close.proceeds), money_of(close.profit)
    return LotClose(lot=lot, fill_id=fill_id, quantity=quantity, cost=cost, proceeds=proceeds, profit=profit)


def _write(portfolios: dict[int, Portfolio], changes: _Changes) -> None:
    update_rows(
        Portfolio,
        _MONEY_COLUMNS,
        [(p.pk, *(getattr(p, column) for column in _MONEY_COLUMNS)) for p in portfolios.values()],
    )
    update_rows(
        Position,
        ("quantity", "cost", "realised", "closed_slot_ms"),
        [(p.pk, p.quantity, p.cost, p.realised, p.closed_slot_ms) for p in changes.positions.values()],
    )
    update_rows(Lot, ("quantity", "cost"), [(lot.pk, lot.quantity, lot.cost) for lot in changes.touched_lots.values()])
    Position.objects.bulk_create(changes.new_positions)
    Lot.objects.bulk_create(changes.new_lots)
    LotClose.objects.bulk_create(changes.closes)
