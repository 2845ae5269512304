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
from trading.fills.lots import freed
from trading.portfolio.models import Lot, LotClose, Portfolio, Position
from trading.portfolio.selectors import lock_portfolios
from trading.portfolio.types import (
    BookedFill,
    Execution,
    LockedPortfolio,
    atoms_of,
    finest,
    minor_of,
    money_of,
)

_MONEY_COLUMNS = ("cash", "reserved", "realised", "day_realised", "fees", "fees_elsewhere", "fill_sequence")
_POSITION_COLUMNS = ("quantity", "cost", "entry_price", "realised", "collateral", "closed_slot_ms")
_LOAD = """
    SELECT s.id, s.public_id, s.quantity, s.cost, s.entry_price, s.realised, s.collateral,
           l.id, l.quantity, l.cost, l.tag
    FROM trading_portfolio_position s LEFT JOIN trading_portfolio_lot l ON l.position_id = s.id AND l.quantity <> 0
    WHERE s.id = ANY(%s) ORDER BY s.id, l.id FOR NO KEY UPDATE OF s
"""
_OPEN = """
    WITH given AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::text[], %s::numeric[], %s::numeric[],
                             %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[], %s::uuid[],
                             %s::bigint[], %s::numeric[])
            WITH ORDINALITY AS g (public_id, portfolio_id, bot_id, instrument_id, quantity, cost, price, stop_price,
                                  target_price, slot_ms, fill_id, tag, collateral, place)
    ), opened AS (
        INSERT INTO trading_portfolio_position
            (public_id, portfolio_id, bot_id, instrument_id, quantity, cost, entry_price, realised, collateral,
             stop_price, target_price, mark_price, mark_slot_ms, opened_slot_ms)
        SELECT public_id, portfolio_id, bot_id, instrument_id, quantity, cost, price, 0, collateral,
               stop_price, target_price, price, slot_ms, slot_ms
        FROM given ORDER BY place RETURNING id, public_id
    ), bought AS (
        INSERT INTO trading_portfolio_lot (position_id, fill_id, quantity, cost, tag)
        SELECT o.id, g.fill_id, g.quantity, g.cost, g.tag FROM given g JOIN opened o USING (public_id) ORDER BY g.place
    )
    SELECT public_id, id FROM opened
"""


@dataclass(slots=True)
class _Lot:
    """What is left of a lot."""

    pk: int
    quantity: Decimal
    cost: Decimal
    tag: int


@dataclass(slots=True)
class _Position:
    """A position that is being opened (pk 0 until it is written), added to or closed, with its open lots."""

    pk: int
    public_id: UUID
    quantity: Decimal
    cost: Decimal
    entry_price: Decimal
    realised: Decimal
    collateral: Decimal = Decimal(0)
    closed_slot_ms: int | None = None
    lots: list[_Lot] = field(default_factory=list)


@dataclass(slots=True)
class _Changes:
    """Rows to write, gathered while the fills are walked in order."""

    positions: dict[int, _Position] = field(default_factory=dict)
    touched_lots: dict[int, _Lot] = field(default_factory=dict)
    opened: dict[int, _Position] = field(default_factory=dict)  # by the order that opens them
    joined: dict[tuple[Any, ...], _Position] = field(default_factory=dict)  # of those, by bot and instrument
    new_rows: list[tuple[Any, ...]] = field(default_factory=list)
    added: list[tuple[_Position, UUID, Decimal, Decimal, int]] = field(default_factory=list)
    closes: list[tuple[Any, ...]] = field(default_factory=list)


def book_executions(executions: Sequence[Execution]) -> list[BookedFill]:
    """Book `executions` in the given order; what the books say of each, in the same order.

    A buy opens its position, or adds a lot to the open one that it names or that its order opened; a sell closes lots
    first in, first out, those with its tag before the others. A sell with a collateral opens or adds to what is short,
    and a buy closes that. A dozen statements whatever the number of fills. What is
    opened here is sold from in another call.
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
    id: UUID
    profit: Decimal | None
    is_closed: bool

    def named(self) -> BookedFill:
        return BookedFill(
            execution=self.execution,
            id=self.id,
            user_pk=self.portfolio.owner_pk,
            user_id=self.portfolio.owner_id,
            portfolio_id=self.portfolio.public_id,
            position_pk=self.position.pk,
            position_id=self.position.public_id,
            sequence=self.sequence,
            profit=self.profit,
            booked_at=clock.now(),
            is_closed=self.is_closed,
        )


def _load(executions: Sequence[Execution]) -> _Changes:
    changes = _Changes()
    known = {execution.position_pk for execution in executions if execution.position_pk}
    for pk, *facts, lot_pk, quantity, cost, tag in query(_LOAD, [list(known)]) if known else ():
        position = changes.positions.setdefault(pk, _Position(pk, *facts))
        if lot_pk is not None:
            position.lots.append(_Lot(lot_pk, quantity, cost, tag))
    return changes


def _book(execution: Execution, portfolio: LockedPortfolio, changes: _Changes) -> _Draft:
    portfolio.fill_sequence += 1
    fill_id = derived_id("fill", execution.order_id, portfolio.fill_sequence)  # once: the clock goes on
    held, profit = changes.positions.get(execution.position_pk or 0), None
    if not execution.quantity:
        position = changes.positions[execution.position_pk or 0]
        profit = _pay(execution, portfolio, position)
        return _Draft(execution, portfolio, position, portfolio.fill_sequence, fill_id, profit, is_closed=False)
    portfolio.fees += money_of(execution.fee_minor + execution.foreign_fee_minor)
    portfolio.fees_elsewhere += money_of(execution.foreign_fee_minor)
    closes = held is not None and held.quantity < 0 if execution.side is Side.BUY else not execution.collateral
    if closes:
        position = changes.positions[execution.position_pk or 0]
        profit = _close(execution, portfolio, position, fill_id, changes)
    else:
        position = _enter(execution, portfolio, fill_id, changes)
    return _Draft(execution, portfolio, position, portfolio.fill_sequence, fill_id, profit, not position.quantity)


def _pay(execution: Execution, portfolio: LockedPortfolio, position: _Position) -> Decimal:
    """Funding: what a short pays comes out of its collateral, what it earns is free."""
    earned = money_of(-execution.fee_minor)
    portfolio.cash += earned
    portfolio.realised += earned
    portfolio.day_realised += earned
    position.realised += earned
    if earned < 0 and position.quantity < 0:
        portfolio.reserved += earned
        position.collateral += earned
    return earned


def _enter(execution: Execution, portfolio: LockedPortfolio, fill_id: UUID, changes: _Changes) -> _Position:
    """Buy, or sell a contract short: its quantity and cost are below zero."""
    way = 1 if execution.side is Side.BUY else -1
    portfolio.cash -= money_of(execution.notional_minor * way + execution.fee_minor)
    portfolio.reserved += execution.collateral - execution.reserved
    quantity = execution.quantity * way - execution.base_fee
    cost = money_of(execution.notional_minor * way + execution.fee_minor + execution.foreign_fee_minor)
    joined = changes.joined.get(_place(execution)) if execution.line else None
    position = joined or changes.positions.get(execution.position_pk or 0) or changes.opened.get(execution.order_pk)
    if position is None or not position.quantity:  # closed since it was asked for: what comes now is a new one
        return _open(execution, portfolio, quantity, cost, fill_id, changes)
    position.entry_price = (position.entry_price * position.quantity + execution.price * quantity) / (
        position.quantity + quantity
    )
    position.quantity += quantity
    position.cost += cost
    position.collateral += execution.collateral
    changes.added.append((position, fill_id, quantity, cost, execution.tag))
    return position


def _place(execution: Execution) -> tuple[Any, ...]:
    return execution.portfolio_pk, execution.bot_id, execution.instrument.id


def _open(
    execution: Execution, portfolio: LockedPortfolio, quantity: Decimal, cost: Decimal, fill_id: UUID, changes: _Changes
) -> _Position:
    public_id = derived_id("position", execution.order_id)
    position = _Position(0, public_id, quantity, cost, execution.price, Decimal(0), execution.collateral)
    changes.opened[execution.order_pk] = position
    if execution.line:
        changes.joined[_place(execution)] = position
    changes.new_rows.append(
        (
            public_id,
            portfolio.pk,
            execution.bot_id,
            execution.instrument.id,
            quantity,
            cost,
            execution.price,
            execution.stop_price,
            execution.target_price,
            execution.slot_ms,
            fill_id,
            execution.tag,
            execution.collateral,
        )
    )
    return position


def _close(
    execution: Execution, portfolio: LockedPortfolio, position: _Position, fill_id: UUID, changes: _Changes
) -> Decimal:
    """Sell what is held, or buy back what is short, whose costs and proceeds are below zero."""
    way = 1 if position.quantity > 0 else -1
    unit, cash = finest(execution.instrument), execution.notional_minor * way - execution.fee_minor
    closed, open_lots = execution.quantity + execution.base_fee, position.lots
    if execution.tag:
        open_lots = sorted(open_lots, key=lambda lot: lot.tag != execution.tag)  # its own first, each oldest first
    counted = [fifo.Lot(atoms_of(lot.quantity * way, unit), minor_of(lot.cost)) for lot in open_lots]
    closes, _rest = fifo.close_fifo(counted, atoms_of(closed, unit), cash - execution.foreign_fee_minor)
    for close in closes:
        changes.closes.append(_take(open_lots[close.index], close, unit * way, fill_id, changes))
    position.lots = [lot for lot in position.lots if lot.quantity]
    profit = money_of(sum(close.profit for close in closes))
    portfolio.cash += money_of(cash)
    portfolio.realised += profit
    portfolio.day_realised += profit
    if position.collateral:
        free = freed(position.collateral, closed, abs(position.quantity))
        portfolio.reserved -= free
        position.collateral -= free
    position.quantity -= closed * way
    position.cost -= money_of(sum(close.cost for close in closes))
    position.realised += profit
    if not position.quantity:
        position.closed_slot_ms = execution.slot_ms
    return profit


def _take(lot: _Lot, close: fifo.LotClose, unit: Decimal, fill_id: UUID, changes: _Changes) -> tuple[Any, ...]:
    quantity, cost = unit * close.steps, money_of(close.cost)
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
    if changes.new_rows:
        keys = dict(query(_OPEN, [list(column) for column in zip(*changes.new_rows, strict=True)]))
        for position in changes.opened.values():
            position.pk = keys[position.public_id]
    grown = {position.pk: position for position, *_ in changes.added}
    moved = {**changes.positions, **grown}.values()
    update_rows(
        Position, _POSITION_COLUMNS, [(p.pk, *(getattr(p, column) for column in _POSITION_COLUMNS)) for p in moved]
    )
    update_rows(Lot, ("quantity", "cost"), [(lot.pk, lot.quantity, lot.cost) for lot in changes.touched_lots.values()])
    columns = ("position_id", "fill_id", "quantity", "cost", "tag")
    insert_rows(Lot, columns, [(p.pk, *lot) for p, *lot in changes.added])
    insert_rows(LotClose, ("lot_id", "fill_id", "quantity", "cost", "proceeds", "profit"), changes.closes)
