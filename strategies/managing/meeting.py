"""A desk as it stood at some moment, and what a candle does to it: for whoever goes through its orders again. Pure.

The candle is met by the backtest's own kernel; the bot's own orders met it at their venue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Instrument, Ints
from strategies.backtest.engine import rows as engine_rows
from strategies.backtest.engine.managing import columns as own
from strategies.backtest.engine.managing import kernel
from strategies.backtest.engine.managing.books import bought, sold
from strategies.bots.keeping import start_at
from strategies.catalog import desk as its
from strategies.catalog.managing import Manager
from strategies.managing.sitting import Sitting
from strategies.managing.storing import Row, sitting_of
from trading.execution.types import Candle
from trading.fills.rules import notional_minor, slipped
from trading.fills.triggers import breaks

_BYTES: Final = "\\x"  # how the database writes bytes into JSON


class Filled(NamedTuple):
    """What an order of a desk got in a candle. number: of the line. ticks: its
    price; ppm: of its fee; kind, side: of `desk`.
    """

    number: int
    side: int
    kind: int
    steps: int
    ticks: int
    ppm: int


@dataclass(slots=True)
class Shelf:
    """What a desk holds, lot by lot. first, last: lots live from one up to the other, not in."""

    lots: Ints = field(default_factory=lambda: np.zeros((256, own.LOT), dtype=np.int64))
    trades: Ints = field(default_factory=lambda: np.zeros((1024, len(engine_rows.TRADE_COLUMNS)), dtype=np.int64))
    first: int = 0
    last: int = 0

    def change(self, side: int, ticks: int, steps: int, fee: int, tag: int, *, unit: int) -> None:
        """A fill that was, with its fee in minor units: a buy puts a lot there, a sale takes out of them."""
        desk = np.zeros(own.WIDTH, dtype=np.int64)
        desk[its.UNIT] = unit
        self.onto(desk, 1)
        notional = notional_minor(ticks, steps, unit)
        if side == its.BUY:
            bought(desk, self.lots, ticks, steps, tag, notional, fee)
        else:
            held = int(self.lots[self.first : self.last, own.LOT_STEPS].sum())
            sold(desk, self.lots, self.trades, ticks, min(steps, held), tag, notional, fee, engine_rows.BY_SIGNAL)
        self.off(desk)

    def onto(self, desk: Ints, orders: int) -> None:
        """Put it on a desk, with room for what `orders` orders may do."""
        if self.last + orders > len(self.lots):
            self.lots = np.concatenate((self.lots, np.zeros_like(self.lots)))
        if len(self.trades) < 2 * (self.last - self.first + orders):
            self.trades = np.concatenate((self.trades, np.zeros_like(self.trades)))
        desk[own.FIRST], desk[own.LAST], desk[own.COUNT] = self.first, self.last, 0

    def off(self, desk: Ints) -> None:
        """Take it from there again."""
        self.first, self.last = int(desk[own.FIRST]), int(desk[own.LAST])


def sitting_then(told: Mapping[str, Any], manager: Manager, instrument: Instrument) -> Sitting:
    """The desk whose row the database wrote as JSON."""
    columns = {name: _value(told["bot_id" if name == "bot_pk" else name]) for name in Row._fields}
    return sitting_of(Row(**columns), manager, instrument)


def sitting_begun(
    manager: Manager, parameters: Mapping[str, Any], instrument: Instrument, *, ticks: int, funds: int, collar_bps: int
) -> Sitting:
    """A desk that begins at this close. funds: minor units. Raises BadParameter, LadderRefused."""
    machine = manager.machine(parameters, start_at(instrument, ticks, funds, collar_bps=collar_bps))
    return Sitting(manager, instrument, *machine.tables, its.empty(machine.slots), funds, collar_bps, cash=funds)


def meet(sitting: Sitting, candle: Candle, closed_ms: int, shelf: Shelf) -> list[Filled]:
    """Let what rests of a desk meet a candle; what it got. What has no number is not on the market.

    The desk is told as its venue tells it: `look` comes next.
    """
    orders = sitting.orders
    hidden = (orders[:, its.NUMBER] <= 0) & (orders[:, its.STEPS] > 0)
    kept = orders[hidden, its.STEPS].copy()
    orders[hidden, its.STEPS] = 0
    before, desk = orders.copy(), sitting.desk_at(candle, closed_ms)
    desk[own.SLIP] = desk[own.SLIPPAGE_BPS]
    shelf.onto(desk, len(orders))
    kernel.survey(desk, orders)
    if not kernel.is_met(desk):
        orders[hidden, its.STEPS] = kept
        return []
    kernel.meet(desk, orders, shelf.lots, shelf.trades)
    shelf.off(desk)
    sitting.cash, sitting.held, sitting.cost = (int(desk[column]) for column in (its.CASH, its.HELD, its.COST))
    if desk[its.STOPPED]:
        sitting.stopped = True
    else:
        orders[hidden, its.STEPS] = kept
    found = [_filled(desk, before[slot], orders[slot]) for slot in np.flatnonzero(orders[:, its.GOT])]
    _with_parts(sitting, orders)
    orders[(orders[:, its.GOT] > 0) | (orders[:, its.WHY] > 0), its.NUMBER] = 0
    return found


def _with_parts(sitting: Sitting, orders: Ints) -> None:
    """What a line at an exchange had got in parts before is told with the rest, as `at_exchange.hear_ends` tells it."""
    for row in orders[orders[:, its.GOT] > 0]:
        steps, worth = sitting.parts.pop(int(row[its.NUMBER]), (0, 0))
        if steps and row[its.KIND] != its.STOP:
            whole = int(row[its.GOT]) + steps
            price = max(round((worth + int(row[its.GOT]) * int(row[its.PRICE])) / whole), 1)
            slot = int(np.flatnonzero(orders[:, its.NUMBER] == row[its.NUMBER])[0])
            orders[slot, its.GOT], orders[slot, its.PRICE] = whole, price


def _filled(desk: Ints, was: Ints, now: Ints) -> Filled:
    side, kind, steps, ticks = (int(value) for value in (was[its.SIDE], was[its.KIND], now[its.GOT], now[its.PRICE]))
    took = kind == its.STOP or bool(
        was[its.TAKES]
        and not breaks(side, int(was[its.TICKS]), slipped(side, int(desk[its.OPEN]), int(desk[own.SLIP])))
    )
    return Filled(int(was[its.NUMBER]), side, kind, steps, ticks, int(desk[its.TAKER_PPM if took else its.MAKER_PPM]))


def _value(told: Any) -> Any:
    if isinstance(told, str) and told.startswith(_BYTES):
        return bytes.fromhex(told[len(_BYTES) :])
    return json.dumps(told) if isinstance(told, dict) else told
