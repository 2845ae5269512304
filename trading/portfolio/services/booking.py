"""Booking fills: cash, positions, lots (first in, first out) and profit move together, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, query, update_rows
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from trading import fills as fifo
from trading.portfolio.models import Lot, LotClose, Portfolio, Position
from trading.portfolio.selectors import lock_portfolios
from trading.portfolio.types import BookedFill, Execution, LockedPortfolio, minor_of, money_of

_MONEY_COLUMNS = ("cash", "reserved", "realised", "day_realised", "fees", "fill_sequence")
_LOAD = """
    SELECT s.id, s.public_id, s.quantity, s.cost, s.realised, l.id, l.quantity, l.cost
    FROM trading_portfolio_position s LEFT JOIN trading_portfolio_lot l ON l.position_id = s.id AND l.quantity > 0
    WHERE s.id = ANY(%s) ORDER BY l.id
"""
_OPEN = """
    WITH given AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::text[], %s::numeric[], %s::numeric[],
                             %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[], %s::uuid[])
            WITH ORDINALITY AS g (public_id, portfolio_id, bot_id, instrument_id, quantity, cost, price, stop_price,
                                  target_price, slot_ms, fill_id, place)
    ), opened AS (
        INSERT INTO trading_portfolio_position
            (public_id, portfolio_id, bot_id, instrument_id, quantity, cost, entry_price, realised, stop_price,
             target_price, mark_price, mark_slot_ms, opened_slot_ms)
        SELECT public_id, portfolio_id, bot_id, instrument_id, quantity, cost, price, 0, stop_price, target_price,
               price, slot_ms, slot_ms
        FROM given ORDER BY place RETURNING id, public_id
    ), bought AS (
        INSERT INTO trading_portfolio_lot (position_id, fill_id, quantity, cost)
        SELECT o.id, g.fill_id, g.quantity, g.cost FROM given g JOIN opened o USING (public_id) ORDER BY g.place
    )
    SELECT public_id, id FROM opened
"""


@dataclass(slots=True)
class _Lot:
    """What is left of a lot."""

    pk: int
    quantity: Decimal
    cost: Decimal


@dataclass(slots=True)
class _Position:
    """A position that is being opened (pk 0 until it is written) or closed, with its open lots."""

    pk: int
    public_id: UUID
    quantity: Decimal
    cost: Decimal
    realised: Decimal
    closed_slot_ms: int | None = None
    lots: list[_Lot] = field(default_factory=list)


@dataclass(slots=True)
class _Changes:
    """Rows to write, gathered while the fills are walked in order."""

    positions: dict[int, _Position] = field(default_factory=dict)
    touched_lots: dict[int, _Lot] = field(default_factory=dict)
    opened: list[_Position] = field(default_factory=list)
    new_rows: list[tuple[Any, ...]] = field(default_factory=list)
    closes: list[tuple[Any, ...]] = field(default_factory=list)


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
    portfolio: LockedPortfolio
    position: _Position
    sequence: int
    profit: Decimal | None

    def named(self) -> BookedFill:
        return BookedFill(
            execution=self.execution,
            id=derived_id("fill", self.execution.order_id, self.sequence),
            user_pk=self.portfolio.owner_pk,
            user_id=self.portfolio.owner_id,
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
    for pk, public_id, quantity, cost, realised, *lot in query(_LOAD, [list(closing)]) if closing else ():
        position = changes.positions.setdefault(pk, _Position(pk, public_id, quantity, cost, realised))
        if lot[0] is not None:
            position.lots.append(_Lot(*lot))
    return changes


def _book(execution: Execution, portfolio: LockedPortfolio, changes: _Changes) -> _Draft:
    portfolio.fill_sequence += 1
    portfolio.fees += money_of(execution.fee_minor)
    if execution.side is Side.BUY:
        position, profit = _open(execution, portfolio, changes), None
    else:
        position = changes.positions[execution.position_pk or 0]
        profit = _close(execution, portfolio, position, changes)
    return _Draft(execution, portfolio, position, portfolio.fill_sequence, profit)


def _open(execution: Execution, portfolio: LockedPortfolio, changes: _Changes) -> _Position:
    cost = money_of(execution.notional_minor + execution.fee_minor)
    portfolio.cash -= cost
    portfolio.reserved -= execution.reserved
    public_id = derived_id("position", execution.order_id)
    position = _Position(0, public_id, execution.quantity, cost, Decimal(0))
    changes.opened.append(position)
    changes.new_rows.append(
        (
            public_id,
            portfolio.pk,
            execution.bot_id,
            execution.instrument.id,
            execution.quantity,
            cost,
            execution.price,
            execution.stop_price,
            execution.target_price,
            execution.slot_ms,
            derived_id("fill", execution.order_id, portfolio.fill_sequence),
        )
    )
    return position


def _close(execution: Execution, portfolio: LockedPortfolio, position: _Position, changes: _Changes) -> Decimal:
    proceeds = execution.notional_minor - execution.fee_minor
    open_lots = position.lots
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


def _take(lot: _Lot, close: fifo.LotClose, execution: Execution, fill_id: UUID, changes: _Changes) -> tuple[Any, ...]:
    quantity, cost = execution.instrument.quantity_of(close.steps), money_of(close.cost)
    lot.quantity -= quantity
    lot.cost -= cost
    changes.touched_lots[lot.pk] = lot
    return lot.pk, fill_id, quantity, cost, money_of(close.proceeds), money_of(close.profit)


def _write(portfolios: dict[int, LockedPortfolio], changes: _Changes) -> None:
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
    insert_rows(LotClose, ("lot_id", "fill_id", "quantity", "cost", "proceeds", "profit"), changes.closes)
    if changes.new_rows:
        keys = dict(query(_OPEN, [list(column) for column in zip(*changes.new_rows, strict=True)]))
        for position in changes.opened:
            position.pk = keys[position.public_id]
