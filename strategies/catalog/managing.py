"""What a manager is: a strategy that keeps orders, a state machine on bars and fills. Pure; beside `Strategy`.

    parameters = manager.resolve({"maximum": 5})
    ladder = manager.ladder(parameters, start)     # what a person is shown before it starts; raises LadderRefused
    machine = manager.machine(parameters, start)   # its numbers, tables and state, whole numbers alone
    changed = manager.step(*machine.tables, desk, orders)     # after each closed bar (desk.py)

The step reads the desk and its own state and writes the orders that shall rest; it never sees a bar that is still open.
It is plain Python that a compiler takes as it stands: a bot runs it as it is, a backtest compiles it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Instrument, Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.desk import BUY
from strategies.catalog.errors import BadParameter, LadderRefused
from strategies.catalog.settings import LOSS_LIMIT, Choice, Exact, Resolved, Setting, Value, minor_of, ppm_of
from strategies.catalog.types import Parameter, source_hash
from trading.fills.rules import fee_minor, notional_minor, slipped
from trading.fills.types import BPS, Costs

__all__ = ["LOSS_LIMIT", "Choice", "Exact", "Ladder", "Machine", "Manager", "Parameter", "Resolved", "Rung", "Start"]

TICKS_MAX: Final = 2**53
WORTH_MAX: Final = 2**60  # what a step may cost at the highest price that a manager writes, minor units


@dataclass(frozen=True, slots=True)
class Start:
    """Where a manager starts. ticks: the last close. funds: minor units of quote currency that it may spend at all.
    costs: of trading. collar_bps: how far above the close its market orders may buy. fee_ppm: the fee that
    one step of it must earn twice; that of `costs` where it is not said.
    """

    instrument: Instrument
    ticks: int
    funds: int
    costs: Costs = field(default_factory=Costs)
    collar_bps: int = 100
    fee_ppm: int | None = None

    @property
    def unit(self) -> int:
        """Minor units of a tick times a step."""
        return self.instrument.minor_per_tick_step

    @property
    def least(self) -> int:
        """The smallest notional, minor units."""
        return minor_of(str(self.instrument.min_notional))

    @property
    def ppm(self) -> int:
        """The higher of both fees: what is reserved for one."""
        return max(self.costs.maker_ppm, self.costs.taker_ppm)

    @property
    def dearest(self) -> int:
        """The most that a market order pays at the next open, ticks."""
        return self.ticks + self.ticks * self.collar_bps // BPS

    @property
    def expected(self) -> int:
        """What a market order pays where the market opens as it closed, ticks."""
        return slipped(BUY, self.ticks, self.costs.slippage_bps)

    def cost_of(self, ticks: int, steps: int) -> int:
        """What buying costs, the higher fee in it, minor units."""
        notional = notional_minor(ticks, steps, self.unit)
        return notional + fee_minor(notional, self.ppm)


@dataclass(frozen=True, slots=True)
class Rung:
    """One order of a ladder, as it will be placed, and what stands once it has filled.

    side, kind: of desk.py. ticks: its price, of a market order the one expected. cost: with its fee, minor units, 0 for
    a sell. exit_ticks: where what is held then is sold, 0 if that is not said by a price. held: steps, total: minor
    units, of this and the rungs before. profit: what the exit earns after fees, minor units.
    """

    side: int
    kind: int
    ticks: int
    steps: int
    cost: int
    exit_ticks: int = 0
    held: int = 0
    total: int = 0
    profit: int = 0

    @property
    def bounce(self) -> Decimal:
        """How far the market must rise from this order's price to the exit, as a ratio."""
        return Decimal(self.exit_ticks) / self.ticks - 1 if self.exit_ticks else Decimal(0)

    def average(self, instrument: Instrument) -> Decimal:
        """What a unit of what is held has cost, fees in it: the sum of costs over the sum of quantities."""
        quantity = instrument.quantity_of(self.held)
        return Decimal(self.total) / MINOR_PER_UNIT / quantity if quantity else Decimal(0)


@dataclass(frozen=True, slots=True)
class Ladder:
    """What a manager will place, shown before it starts. needed: the most that it can have spent at once, fees in it.
    fails_ticks: the price from which on it can only wait or has given up; loss: what it is behind there, both minor
    units. fails: that in a marked sentence. notes: marked sentences with their facts, on what else there is to know.
    """

    start: Start
    rungs: tuple[Rung, ...]
    needed: int
    fails_ticks: int
    loss: int
    fails: str
    notes: tuple[str, ...] = ()

    def checked(self) -> Ladder:
        """Itself, where its funds pay for it and the market takes its orders. Raises LadderRefused."""
        instrument = self.start.instrument
        for number, rung in enumerate(self.rungs, 1):
            if rung.ticks < 1 or rung.ticks > TICKS_MAX or rung.ticks * self.start.unit > WORTH_MAX:
                raise LadderRefused(_("Order %(number)s has a price that cannot be counted."), number=number)
            worth = rung.ticks * rung.steps * self.start.unit
            if rung.side == BUY and (rung.steps < 1 or worth < self.start.least):
                said = _("Order %(number)s would be worth %(worth)s; %(instrument)s takes %(least)s and more.")
                facts = {"worth": quote(worth), "instrument": instrument.id, "least": str(instrument.min_notional)}
                raise LadderRefused(said, number=number, **facts)
        if self.needed > self.start.funds:
            said = _("It needs %(needed)s %(quote)s, and has %(funds)s.")
            facts = {"needed": quote(self.needed), "quote": instrument.quote, "funds": quote(self.start.funds)}
            raise LadderRefused(said, **facts)
        return self


@dataclass(frozen=True, slots=True)
class Machine:
    """A manager that is about to run. numbers: what it was told; table: rows of it; state: what it remembers; all
    int64, and it may write into the last two. slots: how many orders it keeps at most.
    """

    numbers: Ints
    table: Ints
    state: Ints
    slots: int

    @classmethod
    def of(cls, numbers: list[int], rows: list[list[int]], *, state: int, slots: int) -> Machine:
        """A machine of plain numbers. rows: may be none. state: how much it remembers, zeros to begin with."""
        table = np.array(rows, dtype=np.int64) if rows else np.zeros((0, 1), dtype=np.int64)
        return cls(np.array(numbers, dtype=np.int64), table, np.zeros(state, dtype=np.int64), slots)

    @property
    def tables(self) -> tuple[Ints, Ints, Ints]:
        """What a step takes before the desk."""
        return self.numbers, self.table, self.state


@dataclass(frozen=True)
class Manager:
    """One entry of the catalogue that keeps orders.

    name, family: the file and its folder. hypothesis, regime, known_failure, plan, rule: as in `Strategy`. parameters:
    whole, exact or a choice; one is `loss_limit_pct`, its default stop. sizing: in a marked sentence, how large its
    orders are. warmup: bars before its first order, from resolved parameters.
    draw(parameters, start): the ladder. begin(parameters, start): the machine. step(numbers, table, state, desk,
    orders): whether it wrote into the orders, 1 or 0. parts: functions of its own that the step calls.
    """

    name: str
    title: str
    family: str
    hypothesis: str
    regime: str
    known_failure: str
    sizing: str
    parameters: tuple[Setting, ...]
    warmup: Callable[[Mapping[str, Any]], int]
    plan: str
    draw: Callable[[Mapping[str, Any], Start], Ladder]
    begin: Callable[[Mapping[str, Any], Start], Machine]
    step: Callable[[Ints, Ints, Ints, Ints, Ints], int]
    parts: tuple[Callable[..., Any], ...] = ()
    rule: Callable[[Mapping[str, Any]], str | None] | None = None

    def resolve(self, parameters: Mapping[str, object]) -> dict[str, Value]:
        """`parameters` with the defaults filled in, checked. Raises BadParameter."""
        if unknown := sorted(set(parameters) - {parameter.name for parameter in self.parameters}):
            said = _("%(strategy)s has no parameter %(parameter)s.")
            raise BadParameter(said, strategy=self.name, parameter=unknown[0])
        resolved: dict[str, Value] = {
            p.name: p.read(parameters.get(p.name, p.default), refusal=BadParameter) for p in self.parameters
        }
        if self.rule and (broken := self.rule(resolved)):
            raise BadParameter(broken, strategy=self.name)
        return resolved

    def ladder(self, parameters: Mapping[str, object], start: Start) -> Ladder:
        """What it will place from `start`. Raises BadParameter, LadderRefused."""
        return self.draw(self.resolve(parameters), start).checked()

    def machine(self, parameters: Mapping[str, object], start: Start) -> Machine:
        """It, about to run from `start`. Raises BadParameter, LadderRefused."""
        self.ladder(parameters, start)
        return self.begin(self.resolve(parameters), start)

    def loss_ppm(self, parameters: Mapping[str, object]) -> int:
        """Its loss limit, the first of its numbers, in millionths of its funds; 0: none. Raises BadParameter."""
        return ppm_of(self.resolve(parameters)[LOSS_LIMIT.name])

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the manager's file."""
        return source_hash(self.step.__module__)


def quote(minor: int) -> str:
    """Minor units as quote currency, two decimal places or as many as it takes."""
    text = f"{Decimal(minor) / MINOR_PER_UNIT:.8f}".rstrip("0")
    whole, _point, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"
