"""How a position meets a bar and is closed. Scalars and rows for the compiled loop; prices and fees: `trading.fills`.

Without moves (trail, break even, time stop) a position meets the bar as stop and target of a paper order do:
`protected`. With moves it does as a bracket of `trading.fills.brackets` does: what the open decides comes first (stop,
time stop, target), then the stop, then the target; what moves the stop moves it after the bar.

A bar that reaches both has met the stop first, unless its finer bars show that the target came before.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import Ints
from strategies.backtest.engine.rows import (
    ABSENT,
    BARS,
    BEST,
    BOTH,
    BY_STOP,
    BY_TARGET,
    BY_TIME,
    CASH,
    COUNT,
    DEPTH,
    ENTRY_BAR,
    ENTRY_FEE,
    ENTRY_TICKS,
    EVEN,
    EXTREME,
    FIRST_STOP,
    FUNDING,
    HIGH,
    LEAVING,
    LOCK,
    LOCKED,
    LOW,
    OPEN,
    PAID,
    SETTLED,
    SIDE,
    SLIP,
    STEPS,
    STOP,
    TARGET,
    UNIT,
    WORST,
    Columns,
    Row,
)
from trading.fills import rules
from trading.fills.rules import fee_minor, notional_minor, protected, slipped
from trading.fills.triggers import (
    better_of,
    break_even,
    breaks,
    moved,
    passed,
    reached,
    share_up,
    touched,
    trailed,
)
from trading.fills.types import BPS

_STOP: Final = rules.STOP
_TARGET: Final = rules.TARGET
_NO_LEG: Final = rules.NO_LEG
_TIME: Final = 3


def slip_of(row: Row, book: Ints, a: int, steps: int) -> int:
    """Basis points that a taker of `steps` pays in this bar."""
    depth: int = book[a, DEPTH]
    bps: int = book[a, SLIP]
    if depth:
        bps += share_up(row.impact_bps * row.cost_times, min(steps, depth), depth)
    return min(bps, BPS)


def seen(book: Ints, a: int, ticks: int) -> None:
    """The market was met at `ticks` while the position was held."""
    side = book[a, SIDE]
    if side * ticks > side * book[a, BEST]:
        book[a, BEST] = ticks
    if side * ticks < side * book[a, WORST]:
        book[a, WORST] = ticks


def close_at(
    row: Row, account: Ints, book: Ints, trades: Ints, i: int, a: int, ticks: int, maker: bool, cause: int
) -> None:
    """The whole position is closed at `ticks`: cash moves, and the trade is written."""
    side, steps, entry = book[a, SIDE], book[a, STEPS], book[a, ENTRY_TICKS]
    notional = notional_minor(ticks, steps, book[a, UNIT])
    fee = fee_minor(notional, row.maker_ppm if maker else row.taker_ppm)
    gross = side * (notional - book[a, PAID])
    account[CASH] += side * notional - fee
    account[LOCKED] -= book[a, LOCK]
    trade = trades[account[COUNT]]
    trade[0], trade[1], trade[2] = a, side, steps
    trade[3], trade[4] = book[a, ENTRY_BAR], i
    trade[5], trade[6] = entry, ticks
    trade[7], trade[8], trade[9] = book[a, ENTRY_FEE], fee, book[a, FUNDING]
    trade[10] = gross - fee - book[a, ENTRY_FEE] + book[a, FUNDING]
    trade[11] = max(side * (entry - book[a, WORST]), 0)
    trade[12] = max(side * (book[a, BEST] - entry), 0)
    trade[13], trade[14] = book[a, FIRST_STOP], cause
    account[COUNT] += 1
    book[a, SIDE] = 0
    book[a, LEAVING] = 0
    book[a, LOCK] = 0


def meet_bar(columns: Columns, row: Row, account: Ints, book: Ints, trades: Ints, i: int, a: int) -> None:
    """The position meets the rest of the bar that it was held at the open of."""
    open_, high, low, stop = book[a, OPEN], book[a, HIGH], book[a, LOW], book[a, STOP]
    moves = row.trail_bps or row.break_even_bps or row.time_stop_bars
    side, maker = book[a, SIDE], False
    seen(book, a, open_)
    slip = slip_of(row, book, a, book[a, STEPS])
    if moves:
        leg, ticks, maker = bracketed(row, book, a, book[a, ENTRY_BAR] == i, slip)
    else:
        leg, ticks = protected(side, stop, book[a, TARGET], open_, high, low, slip)
        maker = leg == _TARGET
    if leg == _NO_LEG:
        seen(book, a, high)
        seen(book, a, low)
        if moves:
            roll(row, book, a, high, low)
        return
    inside = leg == _STOP and not reached(-side, stop, open_)
    far = low if side > 0 else high
    if inside and book[a, TARGET] and passed(-side, book[a, TARGET], high if side > 0 else low):
        account[BOTH] += 1
        met = met_before(columns, account, book, i, a)
        if met:
            inside, far = False, met
            leg, ticks, maker = _TARGET, book[a, TARGET], True
    if inside:
        seen(book, a, stop)
    elif leg == _TARGET and passed(-side, book[a, TARGET], open_):
        seen(book, a, ticks)
    elif leg == _TARGET:
        seen(book, a, book[a, TARGET])
        seen(book, a, far)  # the stop was not met, so it may have come to this first
    cause = BY_STOP if leg == _STOP else BY_TARGET if leg == _TARGET else BY_TIME
    close_at(row, account, book, trades, i, a, ticks, maker, cause)


def met_before(columns: Columns, account: Ints, book: Ints, i: int, a: int) -> int:
    """How far the market went against the position before it passed the target, in ticks, by the finer bars of a bar
    that reaches both; 0 where the stop came first, or where it is not known.
    """
    side, stop, target = book[a, SIDE], book[a, STOP], book[a, TARGET]
    worst: int = book[a, OPEN]
    each = columns.finer_high.shape[0] // columns.high.shape[0]
    for j in range(i * each, (i + 1) * each):
        high, low = columns.finer_high[j, a], columns.finer_low[j, a]
        if high == ABSENT:
            return 0
        against = low if side > 0 else high
        passes = passed(-side, target, high if side > 0 else low)
        if touched(-side, stop, high, low):
            account[SETTLED] += 0 if passes else 1
            return 0
        worst = min(worst, against) if side > 0 else max(worst, against)
        if passes:
            account[SETTLED] += 1
            return worst
    return 0


def bracketed(row: Row, book: Ints, a: int, fresh: bool, slip: int) -> tuple[int, int, bool]:
    """(leg, price, whether it is a maker's) of what a bracket gets in the bar, as `trading.fills.brackets` says.

    fresh: it was entered at this open.
    """
    open_, high, low = book[a, OPEN], book[a, HIGH], book[a, LOW]
    closing, stop, target = -book[a, SIDE], book[a, STOP], book[a, TARGET]
    if reached(closing, stop, open_):
        return _STOP, slipped(closing, open_, slip), False
    if row.time_stop_bars and not fresh and book[a, BARS] >= row.time_stop_bars:
        return _TIME, slipped(closing, open_, slip), False
    if target and passed(closing, target, open_):
        if not fresh:
            return _TARGET, open_, True
        ticks = slipped(closing, open_, slip)  # placed at this very open, it takes
        return _TARGET, target if breaks(closing, target, ticks) else ticks, False
    if touched(closing, stop, high, low):
        return _STOP, slipped(closing, stop, slip), False
    if target and passed(closing, target, low if closing > 0 else high):
        return _TARGET, target, True
    return _NO_LEG, 0, False


def roll(row: Row, book: Ints, a: int, high: int, low: int) -> None:
    """What moves the stop moves it, once the bar is over."""
    closing = -book[a, SIDE]
    far = low if closing > 0 else high
    book[a, BARS] += 1
    follow(row, book, a, far)
    if row.break_even_bps and not book[a, EVEN]:
        entry = book[a, ENTRY_TICKS]
        if reached(-closing, moved(-closing, entry, row.break_even_bps), far):
            level = break_even(-closing, entry, row.taker_ppm, row.taker_ppm)
            book[a, STOP] = better_of(closing, book[a, STOP], level)
            book[a, EVEN] = 1


def follow(row: Row, book: Ints, a: int, ticks: int) -> None:
    """The stop after the market was seen at `ticks`, where it trails."""
    if row.trail_bps:
        closing = -book[a, SIDE]
        book[a, EXTREME] = better_of(closing, book[a, EXTREME], ticks)
        level = trailed(closing, book[a, EXTREME], 0, row.trail_bps)
        book[a, STOP] = better_of(closing, book[a, STOP], level)


PARTS: Final = (slip_of, seen, close_at, meet_bar, met_before, bracketed, roll, follow)
