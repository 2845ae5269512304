"""The day of a bot that keeps orders: its desks gone through again, candle by candle, and each fill held against the
real one. Pure.

A fill counts against the day's last price: a buy gains what the price rose from it to there, a sale what it fell, each
less its fee; what was held when the day began gains what the price rose that day. Together that is the day's profit,
whatever lots a sale closed. Lines are the same if they have one number; those of the replay are given the numbers of
the real ones that were placed after the same candle, on the same side, at the same price and of the same size.

At an exchange lines fill in parts, late, or not at all, and a manager that heard of that goes another way than its
replay. Lines of both are then the same if they are on one side at one price, a little later too; what else follows is a
matter of what parted the two first (`Walked.strayed`).

As for other bots the day is gone through twice: with every buy that the manager wants, and with those alone that were
placed. Between the two lies what refusals came to.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Bars, Instrument, Ints
from strategies.catalog import desk as its
from strategies.catalog.asking import day_of
from strategies.managing.selectors import meet, too_small
from strategies.monitoring.attributing import expected_profit, profit_of
from strategies.monitoring.comparing import DIGITS, got_of
from strategies.monitoring.straying import ENDED, Free, Place, rests_of, strayed
from strategies.monitoring.types import ZERO, Actual, Compared, DayResult, Ending, Expected, Got, Parts, Refused
from trading.execution.types import BotFill, BotLine, Candle

if TYPE_CHECKING:
    from strategies.managing.meeting import Filled, Shelf
    from strategies.managing.sitting import Sitting

_NEVER_PLACED: Final = 1_000_000_000  # numbers from here on are of lines that nobody placed
_ENDINGS: Final = {its.LIMIT: Ending.TARGET, its.MARKET: Ending.EXIT, its.STOP: Ending.STOP}
_NOT_PLACED: Final = ("", "", "", "")


@dataclass(frozen=True)
class DeskDay:
    """A desk and its day. sitting, shelf: as the day began, or as it began itself. bars: of the day. begins_ms: the
    candle at whose close it began, 0 where that was before. close_before: ticks, None where there is no candle before.
    lines: those that rested when the day began or were placed since; fills: all of its position so far.
    """

    instrument: Instrument
    sitting: Sitting
    shelf: Shelf
    bars: Bars
    begins_ms: int
    close_before: int | None
    lines: Sequence[BotLine]
    fills: Sequence[BotFill]

    @cached_property
    def numbered(self) -> dict[int, BotLine]:
        """The lines by number."""
        return {line.number: line for line in self.lines}

    @cached_property
    def rests(self) -> dict[int, Decimal]:
        """Of each line what was to be had of it that day."""
        day_ms, candle_ms = day_of(int(self.bars.open_ms[0])), self.bars.timeframe.ms
        return rests_of(self.lines, self.fills, day_ms=day_ms, candle_ms=candle_ms)

    @property
    def end(self) -> Decimal:
        """The day's last price."""
        return self.instrument.price_of(int(self.bars.close[-1]))

    @property
    def start(self) -> Decimal:
        """The last price before the day; its first where there is none."""
        ticks = int(self.bars.open[0]) if self.close_before is None else self.close_before
        return self.instrument.price_of(ticks)


@dataclass
class Walked:
    """fills: with the candle of each. numbers: of all lines that rested. held_back: slot and ticks of buys that were
    never placed. strayed: which part of the gap parted the replay and an exchange first, "" where nothing did.
    """

    fills: list[tuple[Filled, int]] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    held_back: dict[int, int] = field(default_factory=dict)
    strayed: str = ""
    strayed_first: bool = False

    def held(self, part: str) -> str:
        """Where that part of a gap belongs, which is this one's unless the replay had gone another way before."""
        return self.strayed or part


def compare_desks(desks: Sequence[DeskDay], *, told: str) -> DayResult:
    """The day's result of a bot. told: what names it in the hash."""
    parts, trades, refused, hashed = Parts(), [], [], hashlib.sha256(told.encode())
    everything = ZERO
    with localcontext(prec=DIGITS):
        for desk in desks:
            placed = walk(desk, bound=True)
            every = walk(desk, bound=False) if placed.held_back else placed
            mine = _compared(desk, placed)
            trades += mine
            refused += [Refused(desk.instrument.id, slot) for slot in sorted(placed.held_back.values())]
            wanted = _held(desk, ZERO).expected_profit + _profits(desk, every)
            held_back = sum((one.expected_profit for one in mine), ZERO) - wanted
            name = placed.held("refused") if placed.strayed_first else "refused"
            setattr(parts, name, getattr(parts, name) + held_back)
            everything += wanted
            hashed.update(f"{desk.instrument.id} {placed.fills} {every.fills}".encode())
        for one in trades:
            parts.add(one.parts)
        return DayResult(
            expected=everything,
            actual=sum((one.actual_profit for one in trades), ZERO),
            money=Decimal(sum(desk.sitting.funds for desk in desks)) / MINOR_PER_UNIT,
            parts=parts,
            trades=tuple(trades),
            refused=tuple(refused),
            hash=hashed.hexdigest(),
            matched=sum(one.expected is not None and one.actual is not None for one in trades),
            pooled=True,
        )


def walk(desk: DeskDay, *, bound: bool) -> Walked:
    """The day of one desk. bound: buys that were not placed are kept off the market, as the gate kept them."""
    sitting, shelf, found = deepcopy(desk.sitting), deepcopy(desk.shelf), Walked()
    found.numbers.update(sitting.numbers_resting)
    free, more = Free.of(desk.lines, desk.instrument), count(_NEVER_PLACED)
    bars, candle_ms = desk.bars, desk.bars.timeframe.ms
    for row in np.flatnonzero(~bars.filled & (bars.open_ms >= desk.begins_ms)):
        open_ms = int(bars.open_ms[row])
        prices = (int(column[row]) for column in (bars.open, bars.high, bars.low, bars.close))
        candle = Candle(desk.instrument, *prices)
        if open_ms != desk.begins_ms:
            met = meet(sitting, candle, open_ms + candle_ms, shelf)
            found.fills += [(one, open_ms) for one in met]
            if sitting.heard is not None and bound and not found.strayed:
                found.strayed = strayed(desk, met, open_ms, found.numbers)
                found.strayed_first = bool(found.strayed) and not found.held_back
        sitting.look(candle, open_ms + candle_ms)
        for slot in list(sitting.wanted()):
            order = sitting.orders[slot]
            if order[its.SIDE] == its.SELL and sitting.heard is not None and too_small(sitting, slot, candle):
                sitting.hold_back(slot, _NOT_PLACED)
                continue
            number = free.take(_place(open_ms, order), later=bool(found.strayed))
            if not number and bound and order[its.SIDE] == its.BUY:
                found.held_back.setdefault(int(order[its.TICKS]), open_ms)
                sitting.hold_back(slot, _NOT_PLACED)
                continue
            order[its.NUMBER] = number or next(more)
            found.numbers.add(int(order[its.NUMBER]))
    return found


def _place(open_ms: int, order: Ints) -> Place:
    kind = int(order[its.KIND])
    steps = 0 if kind == its.STOP else int(order[its.STEPS])
    return open_ms, int(order[its.SIDE]), kind, int(order[its.TICKS]), steps


def _compared(desk: DeskDay, placed: Walked) -> list[Compared]:
    lines = desk.numbered
    should = {one.number: _expected(desk, one, met_ms, lines.get(one.number)) for one, met_ms in placed.fills}
    day_ms, candle_ms = day_of(int(desk.bars.open_ms[0])), desk.bars.timeframe.ms
    held, had, by_hand = ZERO, defaultdict(list), []
    for fill in desk.fills:
        got = got_of(fill, desk.instrument, candle_ms)
        buys = fill.side == "buy"
        if got.met_ms < day_ms:
            held += got.quantity if buys else -got.quantity
        elif fill.line is None:
            by_hand.append((buys, got))
        else:
            had[fill.line].append((buys, got))
    found = [_held(desk, held)] if held or desk.sitting.held else []
    for number in sorted(should.keys() | had.keys()):
        found.append(_line(desk, number, should.get(number), had.get(number, []), lines.get(number), placed))
    for buys, got in by_hand:
        actual = _actual(desk, None, buys, [got])
        profit = profit_of(actual)
        found.append(Compared(None, actual, ZERO, profit, Parts(unexpected=profit)))
    return found


def _held(desk: DeskDay, held: Decimal) -> Compared:
    """What was held when the day began. held: by the books."""
    quantity = desk.instrument.quantity_of(desk.sitting.held)
    expected = Expected(
        desk.instrument.id, None, quantity, desk.start, desk.end, Ending.OPEN, None, entry_ppm=0, exit_ppm=0
    )
    actual = Actual(desk.instrument.id, None, held, desk.start, desk.end, held)
    should, was = expected_profit(expected, quantity), profit_of(actual)
    return Compared(expected, actual, should, was, Parts(size=was - should))


def _profits(desk: DeskDay, walked: Walked) -> Decimal:
    each = (_expected(desk, one, met_ms, desk.numbered.get(one.number)) for one, met_ms in walked.fills)
    return sum((expected_profit(one, one.quantity) for one in each), ZERO)


def _expected(desk: DeskDay, one: Filled, met_ms: int, line: BotLine | None) -> Expected:
    quantity = desk.instrument.quantity_of(one.steps)
    if line is not None and one.kind != its.STOP and desk.sitting.heard is not None:
        quantity = min(quantity, desk.rests[line.number])  # a rest counts as the smallest order at least
    price, end, buys = desk.instrument.price_of(one.ticks), desk.end, one.side == its.BUY
    return Expected(
        instrument_id=desk.instrument.id,
        decided_ms=line.slot_ms if line else met_ms,
        quantity=quantity,
        entry_price=price if buys else end,
        exit_price=end if buys else price,
        ended=Ending.OPEN if buys else _ENDINGS[one.kind],
        ended_ms=met_ms,
        entry_ppm=one.ppm if buys else 0,
        exit_ppm=0 if buys else one.ppm,
    )


def _actual(desk: DeskDay, line: BotLine | None, buys: bool, fills: Sequence[Got]) -> Actual:
    moved = sum((got.quantity for got in fills), ZERO)
    return Actual(
        instrument_id=desk.instrument.id,
        decided_ms=line.slot_ms if line else fills[0].due_ms,
        held=ZERO if buys else moved,
        start_price=desk.end,
        end_price=desk.end,
        wanted=line.quantity if line else moved,
        entries=tuple(fills) if buys else (),
        exits=() if buys else tuple(fills),
        ended=not buys,
    )


def _line(
    desk: DeskDay,
    number: int,
    expected: Expected | None,
    had: Sequence[tuple[bool, Got]],
    line: BotLine | None,
    placed: Walked,
) -> Compared:
    should = expected_profit(expected, expected.quantity) if expected else ZERO
    if not had:
        ended = line is None or line.state in ENDED
        name = placed.held("refused" if ended else "intra_bar")
        if line is not None and line.state == "rejected":
            name = "refused"
        return Compared(expected, None, should, ZERO, Parts(**{name: -should}))
    buys = had[0][0]
    actual = _actual(desk, line, buys, [got for _buys, got in had])
    was = profit_of(actual)
    if expected is None:
        name = placed.held("intra_bar" if number in placed.numbers else "unexpected")
        return Compared(None, actual, ZERO, was, Parts(**{name: was}))
    parts = _parts(desk, expected, actual, buys, line)
    if placed.strayed:
        sized, parts.size = parts.size, ZERO
        setattr(parts, placed.strayed, getattr(parts, placed.strayed) + sized)
    return Compared(expected, actual, should, was, parts)


def _parts(desk: DeskDay, expected: Expected, actual: Actual, buys: bool, line: BotLine | None) -> Parts:
    """The gap of a line that filled in both, step by step: its size, what of it filled, the prices, the fees."""
    sign, price = (1, expected.entry_price) if buys else (-1, expected.exit_price)
    fills, rise = (actual.entries if buys else actual.exits), sign * (desk.end - price)
    stop = line is not None and line.kind == "stop"
    moved = sum((got.quantity for got in fills), ZERO)
    filled = sum((got.ordered for got in fills), ZERO)  # before a fee that was taken from it
    wanted = filled if line is None or stop else desk.rests[line.number]
    parts = Parts(size=(wanted - expected.quantity) * rise, fills=(filled - wanted) * rise)
    # at an exchange a stop is watched here, and sells at the market once its candle has closed
    rested = line is not None and line.kind != "market" and not (stop and desk.sitting.heard is not None)
    for got in fills:
        missed = -sign * got.quantity * (got.price - price)
        if got.met_ms == expected.ended_ms:
            parts.fills += missed
        elif rested:
            parts.intra_bar += missed
        else:
            parts.latency += missed
    paid = sum((got.fee for got in fills), ZERO)
    side_fee = sign * expected.quantity * (desk.end - price) - expected_profit(expected, expected.quantity)
    parts.fees = side_fee - paid + (moved - filled) * rise
    return parts
