"""One desk at work: what it is told of fills, its manager's step after a candle, and which lines shall rest then. Pure.

The step, and what is checked of what it wrote, are the functions of the backtest's kernel in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import numpy as np

from cryptouniverse.kernel.market import Instrument, Ints, Side
from strategies.backtest.engine.managing import columns as own
from strategies.backtest.engine.managing import kernel
from strategies.catalog import desk as its
from strategies.catalog.managing import Manager
from trading.execution.types import Candle, LineEnd
from trading.fills.types import Costs

COSTS: Final = Costs()  # of the paper venue
FILLED: Final = "filled"
NOT_ENDED: Final = LineEnd(FILLED, "")
STOP_MET: Final = "stopped"
_WHY: Final = {"price_collar": its.COLLARED, "not_held": its.NOT_HELD}
KINDS: Final = {its.LIMIT: "limit", its.MARKET: "market", its.STOP: "stop"}
Why = tuple[str, str, str, str]  # rule, limit, value, level


@dataclass(slots=True)
class Sitting:
    """A desk. funds, cash, cost: minor units; held: steps; numbers, table, state, orders: as the manager has them.

    gone: numbers of lines that shall rest no more. moved: number -> its new slot. waits: slot -> why a buy of it is
    kept off the market. At an exchange: heard is the last fill in the books of which it knows (None on paper); parts:
    number -> steps and worth of what that line got while it rests; off: number -> why the exchange, or a person there,
    ended that line, whose row has the number below 0 and is not placed again.
    """

    manager: Manager
    instrument: Instrument
    numbers: Ints
    table: Ints
    state: Ints
    orders: Ints
    funds: int
    collar_bps: int
    cash: int
    held: int = 0
    cost: int = 0
    last_number: int = 0
    stopped: bool = False
    waits: dict[int, Why] = field(default_factory=dict)
    heard: int | None = None
    parts: dict[int, tuple[int, int]] = field(default_factory=dict)
    off: dict[int, Why] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)

    def hear(self, *, side: Side, steps: int, ticks: int, paid: int, profit: int, line: int | None, stop: bool) -> None:
        """A fill. paid: minor units that left the cash, or came, fee in it. profit: of a sale. line: its number."""
        if side is Side.BUY:
            self.cash, self.held, self.cost = self.cash - paid, self.held + steps, self.cost + paid
        else:
            self.cash, self.held, self.cost = self.cash + paid, self.held - steps, self.cost - (paid - profit)
        for slot in np.flatnonzero(self.orders[:, its.NUMBER] == line) if line else ():
            self.orders[slot, [its.STEPS, its.TAKES, its.NUMBER]] = 0
            self.orders[slot, its.GOT], self.orders[slot, its.PRICE] = steps, ticks
        self.stopped = self.stopped or stop

    def lose(self, ended: Mapping[int, LineEnd]) -> None:
        """Lines that ended without a fill. ended: number -> how.

        What the market ended is told to the manager. What was taken back is placed again when it may be; an order at
        the market is not, for its price has passed.
        """
        for slot, row in enumerate(self.orders):
            state, reason, *_ = ended.get(int(row[its.NUMBER]), NOT_ENDED)
            if state == FILLED:
                continue
            row[its.NUMBER] = 0
            if reason == STOP_MET:
                self.stopped = True
            elif reason in _WHY:
                self._tell(slot, _WHY[reason])
            elif row[its.KIND] == its.MARKET and row[its.SIDE] == its.BUY:
                self._tell(slot, its.HELD_BACK)

    def _forget_parts(self) -> None:
        """Of lines that rest no more."""
        self.parts = {
            number: part for number, part in self.parts.items() if (self.orders[:, its.NUMBER] == number).any()
        }

    def look(self, candle: Candle, closed_ms: int) -> None:
        """The manager's step after a candle; then what it wrote is checked, and what rests no more is in `gone`.

        Raises FillOverflow.
        """
        orders, before = self.orders, self._numbered()
        if self.stopped:
            orders[:, its.STEPS] = 0
        desk = self.desk_at(candle, closed_ms)
        kernel.survey(desk, orders)
        kernel.mark(desk)
        changed = self.manager.step(self.numbers, self.table, self.state, desk, orders)
        self._forget_parts()
        if desk[its.FILLS] + desk[its.LAPSED] > 0:
            kernel.forget(desk, orders)
        live = orders[:, its.STEPS] > 0
        late = live & (orders[:, its.NUMBER] == 0) & (orders[:, its.FRESH] == 0)
        orders[late, its.FRESH] = 1
        sells = live & (orders[:, its.SIDE] == its.SELL) & (orders[:, its.KIND] != its.STOP)
        if changed or late.any() or int(orders[sells, its.STEPS].sum()) > self.held:
            kernel.take(desk, orders)
        self.stopped = False
        orders[orders[:, its.STEPS] <= 0, its.NUMBER] = 0
        after = self._numbered()
        self.gone = before.keys() - after.keys()
        self.moved = {number: slot for number, slot in after.items() if before[number] != slot}
        self.off = {number: why for number, why in self.off.items() if (orders[:, its.NUMBER] == -number).any()}
        self.waits = {slot: self.off[-int(n)] for slot, n in enumerate(orders[:, its.NUMBER]) if n < 0}

    def wanted(self) -> Iterator[int]:
        """Slots whose orders shall be placed, in order."""
        for slot, row in enumerate(self.orders):
            if row[its.STEPS] > 0 and row[its.NUMBER] == 0:
                yield slot

    def hold_back(self, slot: int, why: Why) -> None:
        """A buy is kept off the market: one with a limit waits, one at the market comes to nothing."""
        self.waits[slot] = why
        if self.orders[slot, its.KIND] == its.MARKET:
            self._tell(slot, its.HELD_BACK)

    def take_back(self, why: Why) -> None:
        """Every buy that rests goes off the market, and waits. At an exchange it is the same line until that is known
        to have ended; one at the market ends by itself.
        """
        for slot in np.flatnonzero((self.orders[:, its.SIDE] == its.BUY) & (self.orders[:, its.NUMBER] > 0)):
            if self.heard is not None and self.orders[slot, its.KIND] == its.MARKET:
                continue
            self.gone.add(int(self.orders[slot, its.NUMBER]))
            if self.heard is None:
                self.orders[slot, its.NUMBER] = 0
            self.hold_back(int(slot), why)

    def place(self, slot: int) -> int:
        """The number of the line that this slot is from now on."""
        self.last_number += 1
        self.orders[slot, its.NUMBER] = self.last_number
        return self.last_number

    @property
    def numbers_resting(self) -> list[int]:
        """The lines that it believes to rest."""
        return list(self._numbered())

    @property
    def buys(self) -> bool:
        """Whether any buy rests, or shall."""
        return bool(((self.orders[:, its.STEPS] > 0) & (self.orders[:, its.SIDE] == its.BUY)).any())

    @property
    def adds(self) -> bool:
        """Whether what it buys next adds to what it holds, or to a buy that rests."""
        return self.held > 0 or bool(((self.orders[:, its.NUMBER] > 0) & (self.orders[:, its.SIDE] == its.BUY)).any())

    @property
    def ended(self) -> bool:
        """Whether its manager has given up for good."""
        return bool(self.state[its.ENDED])

    @property
    def levels(self) -> tuple[Decimal, Decimal | None]:
        """Its stop, 0 where it has none, and the lowest price at which it sells."""
        live = self.orders[self.orders[:, its.STEPS] > 0]
        stops = live[live[:, its.KIND] == its.STOP, its.TICKS]
        sells = live[(live[:, its.SIDE] == its.SELL) & (live[:, its.KIND] == its.LIMIT), its.TICKS]
        target = self.instrument.price_of(int(sells.min())) if len(sells) else None
        return (self.instrument.price_of(int(stops.max())) if len(stops) else Decimal(0)), target

    def _numbered(self) -> dict[int, int]:
        return {int(number): slot for slot, number in enumerate(self.orders[:, its.NUMBER]) if number > 0}

    def _tell(self, slot: int, why: int) -> None:
        self.orders[slot, its.STEPS], self.orders[slot, its.WHY] = 0, why

    def desk_at(self, candle: Candle, closed_ms: int) -> Ints:
        """The desk as a step is told it after this candle."""
        desk = np.zeros(own.WIDTH, dtype=np.int64)
        desk[: its.CASH] = closed_ms, candle.open, candle.high, candle.low, candle.close
        cash = self.cash if self.heard is None else max(self.cash, 0)  # its fee may be above what was set aside
        desk[its.CASH], desk[its.HELD], desk[its.COST], desk[its.FUNDS] = cash, self.held, self.cost, self.funds
        desk[its.FILLS] = np.count_nonzero(self.orders[:, its.GOT])
        desk[its.LAPSED] = np.count_nonzero(self.orders[:, its.WHY])
        desk[its.STOPPED] = self.stopped
        desk[its.UNIT] = self.instrument.minor_per_tick_step
        desk[its.LEAST] = int(self.instrument.min_notional * 100_000_000)
        desk[its.MAKER_PPM], desk[its.TAKER_PPM] = COSTS.maker_ppm, COSTS.taker_ppm
        desk[its.COLLAR_BPS], desk[own.SLIPPAGE_BPS] = self.collar_bps, COSTS.slippage_bps
        return desk
