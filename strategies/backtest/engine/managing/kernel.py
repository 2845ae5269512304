"""The loop of a manager over the bars of one market. Plain Python that a compiler takes as it stands.

A bar has the three moments of `trading.fills.single`, and inside it falls before it rises:

1. The open: orders that take get it, slipped; limits that it has passed fill at it, without slippage; then a stop that
   it has reached sells all that is held, slipped.
2. The fall to the low: buys that the market trades through fill at their limits; where it comes to a stop, only those
   above the stop do, then all that is held is sold at the stop, slipped, and every other order is cancelled.
3. The rise to the high: sells that the market trades through fill at their limits.

So a stop comes before every sell that the same bar holds, and what rests in a bar was placed before it. Then the
account is marked at the close and the manager is asked; what it wrote is checked: buys in the order of their slots as
far as the cash goes, with the higher fee; sells as far as something is held. In a filled bar nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.managing.books import bought, sold
from strategies.backtest.engine.managing.columns import (
    BAR,
    BUYS,
    COUNT,
    DEPTH,
    FIRST,
    IMPACT_BPS,
    LAST,
    PLACED,
    REFUSED,
    SELLS,
    SLIP,
    SLIPPAGE_BPS,
    STOPS,
    TAKERS,
    Tape,
)
from strategies.backtest.engine.rows import BY_SIGNAL, BY_STOP, BY_TARGET
from strategies.catalog.desk import (
    BUY,
    CASH,
    CLOSE,
    COLLARED,
    EQUITY,
    FILLS,
    FREE,
    FRESH,
    GOT,
    HELD,
    HIGH,
    KIND,
    LAPSED,
    LEAST,
    LIMIT,
    LOW,
    MAKER_PPM,
    MARKET,
    NO_CASH,
    NOT_HELD,
    NOW_MS,
    OPEN,
    PRICE,
    RESERVED,
    SELL,
    SIDE,
    STEPS,
    STOP,
    STOPPED,
    TAG,
    TAKER_PPM,
    TAKES,
    TICKS,
    TOO_SMALL,
    UNIT,
    WHY,
    dearest,
)
from trading.fills.errors import FillOverflow
from trading.fills.rules import fee_minor, notional_minor, slipped
from trading.fills.triggers import breaks, passed, reached, share_up
from trading.fills.types import BPS

Step = Callable[[Ints, Ints, Ints, Ints, Ints], int]
_TOO_LARGE: Final = _("What is held is worth more than 64 bits can count.")
_OPEN: Final = 0
_OPEN_STOPS: Final = 1  # a stop that the open has reached
_FALL: Final = 2
_STOPS: Final = 3
_RISE: Final = 4
_MOMENTS: Final = 5


def walk(
    step: Step,
    tape: Tape,
    numbers: Ints,
    table: Ints,
    state: Ints,
    desk: Ints,
    orders: Ints,
    lots: Ints,
    trades: Ints,
    equity: Ints,
    first: int,
    end: int,
) -> int:
    """Walk bars `first` to `end`, not in, and write trades, and equity (minor units) at each close.

    Everything that is written to carries on from one call to the next. Returns the bar that it came to: before `end`
    where lots or trades have no room for another bar. Raises FillOverflow; desk[BAR] then says where.
    """
    slots = orders.shape[0]
    for i in range(first, end):
        if desk[LAST] + slots > lots.shape[0]:
            return i
        if desk[COUNT] + desk[LAST] - desk[FIRST] + 2 * slots > trades.shape[0]:
            return i
        if not tape.filled[i]:
            desk[BAR] = i
            bring(tape, desk, i)
            met = is_met(desk)
            if met:
                meet(desk, orders, lots, trades)
                survey(desk, orders)
            mark(desk)
            changed = step(numbers, table, state, desk, orders)
            if desk[FILLS] + desk[LAPSED] > 0:
                forget(desk, orders)
            if changed:
                take(desk, orders)
                survey(desk, orders)
        equity[i] = desk[EQUITY]
    return end


def bring(tape: Tape, desk: Ints, i: int) -> None:
    """The bar, onto the desk."""
    desk[NOW_MS] = tape.close_ms[i]
    desk[OPEN], desk[HIGH], desk[LOW], desk[CLOSE] = tape.open[i], tape.high[i], tape.low[i], tape.close[i]
    desk[SLIP] = tape.slips[i] if tape.slips.shape[0] else desk[SLIPPAGE_BPS]
    desk[DEPTH] = tape.depths[i] if tape.depths.shape[0] else 0
    desk[STOPPED] = 0


def mark(desk: Ints) -> None:
    """What the account is worth at the close. Raises FillOverflow where twice a step or what is held cannot be counted:
    so a manager may multiply a price near the close with the unit.
    """
    worth = notional_minor(2 * desk[CLOSE], max(desk[HELD], 1), desk[UNIT]) // 2
    desk[EQUITY] = desk[CASH] + (worth if desk[HELD] > 0 else 0)
    if desk[EQUITY] < 0:  # nothing is ever owed, so it left 64 bits
        raise FillOverflow(_TOO_LARGE)


def is_met(desk: Ints) -> bool:
    """Whether the bar may fill anything."""
    if desk[TAKERS] > 0 or desk[LOW] < desk[BUYS]:
        return True
    return bool((desk[SELLS] > 0 and desk[HIGH] > desk[SELLS]) or reached(SELL, desk[STOPS], desk[LOW]))


def meet(desk: Ints, orders: Ints, lots: Ints, trades: Ints) -> None:
    """Every order meets the bar, moment by moment."""
    stop = desk[STOPS]
    for moment in range(_MOMENTS):
        gapped = moment == _OPEN_STOPS and reached(SELL, stop, desk[OPEN])
        if gapped or (moment == _STOPS and reached(SELL, stop, desk[LOW])):
            desk[STOPPED] = 1
        for slot in range(orders.shape[0]):
            if orders[slot, STEPS] > 0:
                ticks = price_at(desk, orders, slot, moment)
                if ticks > 0:
                    fill(desk, orders, lots, trades, slot, ticks)
        if desk[STOPPED]:
            for slot in range(orders.shape[0]):
                orders[slot, STEPS] = 0
            return


def price_at(desk: Ints, orders: Ints, slot: int, moment: int) -> int:
    """What an order gets at a moment of the bar, 0 for nothing."""
    kind, side, limit = orders[slot, KIND], orders[slot, SIDE], orders[slot, TICKS]
    if kind == STOP:
        if desk[STOPPED] and desk[HELD] > 0:
            met = desk[OPEN] if moment == _OPEN_STOPS else desk[STOPS]
            return int(slipped(SELL, met, slip_of(desk, desk[HELD])))
        return 0
    if moment == _OPEN:
        return at_open(desk, orders, slot)
    if moment == _FALL and side == BUY and not (reached(SELL, desk[STOPS], desk[LOW]) and limit <= desk[STOPS]):
        return int(limit) if passed(side, limit, desk[LOW]) else 0
    if moment == _RISE and side == SELL:
        return int(limit) if passed(side, limit, desk[HIGH]) else 0
    return 0


def at_open(desk: Ints, orders: Ints, slot: int) -> int:
    """What an order gets at the open: it takes, or the open has passed its limit. It has lapsed or rests then."""
    side, limit = orders[slot, SIDE], orders[slot, TICKS]
    if orders[slot, TAKES] == 0:
        return int(desk[OPEN]) if passed(side, limit, desk[OPEN]) else 0
    ticks = slipped(side, desk[OPEN], slip_of(desk, orders[slot, STEPS]))
    if not breaks(side, limit, ticks):
        return int(ticks)
    orders[slot, TAKES] = 0
    if orders[slot, KIND] == MARKET:
        lapse(desk, orders, slot, COLLARED)
    return 0


def fill(desk: Ints, orders: Ints, lots: Ints, trades: Ints, slot: int, ticks: int) -> None:
    """The whole order fills at `ticks`; a stop sells all that is held."""
    kind, steps, tag = orders[slot, KIND], orders[slot, STEPS], orders[slot, TAG]
    if kind == STOP:
        steps = desk[HELD]
    taken = kind == STOP or orders[slot, TAKES] != 0
    notional = notional_minor(ticks, steps, desk[UNIT])
    fee = fee_minor(notional, desk[TAKER_PPM] if taken else desk[MAKER_PPM])
    if orders[slot, SIDE] == BUY:
        bought(desk, lots, ticks, steps, tag, notional, fee)
    else:
        cause = BY_STOP if kind == STOP else BY_TARGET if kind == LIMIT else BY_SIGNAL
        sold(desk, lots, trades, ticks, steps, tag, notional, fee, cause)
    orders[slot, STEPS], orders[slot, TAKES] = 0, 0
    orders[slot, GOT], orders[slot, PRICE] = steps, ticks
    desk[FILLS] += 1


def slip_of(desk: Ints, steps: int) -> int:
    """Basis points that a taker of `steps` pays in this bar."""
    depth: int = desk[DEPTH]
    bps: int = desk[SLIP]
    if depth:
        bps += share_up(desk[IMPACT_BPS], min(steps, depth), depth)
    return min(bps, BPS)


def lapse(desk: Ints, orders: Ints, slot: int, why: int) -> None:
    """An order comes to nothing."""
    orders[slot, STEPS], orders[slot, WHY] = 0, why
    desk[LAPSED] += 1
    desk[REFUSED + why] += 1


def forget(desk: Ints, orders: Ints) -> None:
    """What the manager has been told is told no more."""
    for slot in range(orders.shape[0]):
        orders[slot, GOT], orders[slot, PRICE], orders[slot, WHY] = 0, 0, 0
    desk[FILLS], desk[LAPSED] = 0, 0


def take(desk: Ints, orders: Ints) -> None:
    """What the manager wrote is checked, and put on its way as far as cash and what is held go."""
    free, loose = desk[CASH], desk[HELD]
    for slot in range(orders.shape[0]):
        if orders[slot, STEPS] <= 0 or orders[slot, KIND] == STOP:
            orders[slot, RESERVED] = 0
            continue
        if orders[slot, FRESH]:
            begin(desk, orders, slot)
        why = 0
        if orders[slot, SIDE] == SELL:
            if orders[slot, STEPS] > loose:
                why = NOT_HELD
        elif orders[slot, TICKS] * orders[slot, STEPS] * desk[UNIT] < desk[LEAST]:
            why = TOO_SMALL
        elif orders[slot, RESERVED] > free:
            why = NO_CASH
        if why:
            lapse(desk, orders, slot, why)
            continue
        if orders[slot, SIDE] == SELL:
            loose -= orders[slot, STEPS]
        free -= orders[slot, RESERVED]
        desk[PLACED] += orders[slot, FRESH]
        orders[slot, FRESH] = 0


def begin(desk: Ints, orders: Ints, slot: int) -> None:
    """How a new order meets the market: a limit that the close has passed takes, as a market order does."""
    side = orders[slot, SIDE]
    if orders[slot, KIND] == MARKET:
        orders[slot, TICKS] = dearest(desk) if side == BUY else 0
        orders[slot, TAKES] = 1
    else:
        orders[slot, TAKES] = 0 if passed(-side, orders[slot, TICKS], desk[CLOSE]) else 1
    orders[slot, RESERVED] = 0
    if side == BUY:
        worth = notional_minor(orders[slot, TICKS], orders[slot, STEPS], desk[UNIT])
        orders[slot, RESERVED] = worth + fee_minor(worth, max(desk[MAKER_PPM], desk[TAKER_PPM]))


def survey(desk: Ints, orders: Ints) -> None:
    """The nearest prices at which something rests; and the cash that no buy has reserved."""
    buys, sells, stops, takers, free = 0, 0, 0, 0, desk[CASH]
    for slot in range(orders.shape[0]):
        if orders[slot, STEPS] > 0:
            ticks = orders[slot, TICKS]
            free -= orders[slot, RESERVED]
            if orders[slot, KIND] == STOP:
                stops = max(stops, ticks)
            elif orders[slot, TAKES]:
                takers += 1
            elif orders[slot, SIDE] == BUY:
                buys = max(buys, ticks)
            elif sells == 0 or ticks < sells:
                sells = ticks
    desk[BUYS], desk[SELLS], desk[STOPS], desk[TAKERS], desk[FREE] = buys, sells, stops, takers, free


PARTS: Final = (bring, mark, is_met, slip_of, lapse, at_open, price_at, fill, meet, forget, begin, take, survey)
"""In an order in which the compiler knows each before it is called."""
