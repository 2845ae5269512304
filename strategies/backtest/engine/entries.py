"""How an entry is asked for, sized and opened. Scalars and rows for the compiled loop.

What a portfolio's gate (`trading.risk`) counts in Decimal is counted here in whole units: the worst price, stop and
target of an entry, its size under every cap, the cash that it reserves. tests/backtest hold the two against each other.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import Ints
from strategies.backtest.engine.exits import follow, slip_of
from strategies.backtest.engine.rows import (
    BARS,
    BEST,
    CASH,
    CLOSE,
    COLLARED,
    DAY_LOST,
    DAY_START,
    ENTRY_BAR,
    ENTRY_FEE,
    ENTRY_TICKS,
    EQUITY,
    EVEN,
    EXTREME,
    FILLED,
    FIRST_STOP,
    FUNDING,
    LEAST,
    LEAVING,
    LOCK,
    LOCKED,
    MISSED,
    NO_CASH,
    OPEN,
    PAID,
    PLACED,
    RESERVED,
    SIDE,
    STEPS,
    STOP,
    TARGET,
    TICKS_MAX,
    TOO_MANY,
    TOO_SMALL,
    UNIT,
    UNSIZED,
    VALUE,
    WANT,
    WANT_BAR,
    WANT_LIMIT,
    WANT_RESERVED,
    WANT_STEPS,
    WANT_STOP,
    WANT_TARGET,
    WORST,
    Row,
)
from strategies.backtest.engine.sizes import sized
from trading.fills.rules import fee_minor, notional_minor, slipped
from trading.fills.triggers import breaks, share_up
from trading.fills.types import BPS, PPM

COUNTED_MAX: Final = 2**62


def away(ticks: int, bps: int) -> int:
    """`bps` of a price, rounded down: a limit, stop or target that far away then lies on the nearer tick."""
    return ticks // BPS * bps + ticks % BPS * bps // BPS


def lapse(account: Ints, book: Ints, a: int, why: int) -> None:
    """The entry that was on its way comes to nothing; what it reserved is free again."""
    account[RESERVED] -= book[a, WANT_RESERVED]
    account[why] += 1
    book[a, WANT] = 0


def ask(row: Row, account: Ints, book: Ints, trades: Ints, i: int, a: int, side: int) -> None:
    """An entry of this side is wanted after bar `i`: it is sized and put on its way, or counted as refused."""
    equity, turning = account[EQUITY], book[a, SIDE] != 0
    if equity <= 0:
        account[NO_CASH] += 1
        return
    start = account[DAY_START]
    if start - equity >= share_up(max(start, 0), row.daily_loss_ppm, PPM):
        account[DAY_LOST] += 1
        return
    if open_positions(book) - int(turning) >= row.positions_max:
        account[TOO_MANY] += 1
        return
    close = book[a, CLOSE]
    limit = max(close + side * away(close, row.collar_bps), 1)
    stop = max(close - side * away(close, row.stop_bps), 1) if row.stop_bps else 0
    target = close + side * away(close, row.target_bps) if row.target_bps else 0
    free = account[CASH] - account[RESERVED] - account[LOCKED]
    if turning:
        free += given_back(row, book, a, limit)
    unit = notional_minor(limit, 1, book[a, UNIT])
    loss = notional_minor(side * (limit - stop), 1, book[a, UNIT]) if stop else 0
    steps = sized(row, account, book, trades, a, free, unit, loss)
    if steps < 0:
        account[UNSIZED] += 1
        return
    if steps < 1 or steps * unit < book[a, LEAST]:
        account[NO_CASH if free < book[a, LEAST] else TOO_SMALL] += 1
        return
    book[a, WANT], book[a, WANT_STEPS], book[a, WANT_BAR] = side, steps, i + 1
    book[a, WANT_LIMIT], book[a, WANT_STOP], book[a, WANT_TARGET] = limit, stop, max(target, 0)
    book[a, WANT_RESERVED] = 0 if turning else steps * unit + fee_minor(steps * unit, row.taker_ppm)
    account[RESERVED] += book[a, WANT_RESERVED]
    account[PLACED] += 1


def given_back(row: Row, book: Ints, a: int, limit: int) -> int:
    """What closing the position at no better than `limit` gives back, where an entry turns it round."""
    notional = notional_minor(limit, book[a, STEPS], book[a, UNIT])
    given: int = book[a, SIDE] * notional - fee_minor(notional, row.taker_ppm) + book[a, LOCK]
    return given


def open_positions(book: Ints) -> int:
    """How many assets are held or on their way."""
    count = 0
    for a in range(book.shape[0]):
        if book[a, SIDE] != 0 or book[a, WANT] != 0:
            count += 1
    return count


def enter(row: Row, account: Ints, book: Ints, i: int, a: int) -> None:
    """The entry on its way meets the open of bar `i`: it is filled, or lapses."""
    if i > book[a, WANT_BAR]:
        lapse(account, book, a, MISSED)
        return
    if book[a, FILLED]:
        return
    side, steps = book[a, WANT], book[a, WANT_STEPS]
    ticks = slipped(side, book[a, OPEN], slip_of(row, book, a, steps))
    if breaks(side, book[a, WANT_LIMIT], ticks):
        lapse(account, book, a, COLLARED)
        return
    notional = notional_minor(ticks, steps, book[a, UNIT])
    fee = fee_minor(notional, row.taker_ppm)
    account[RESERVED] -= book[a, WANT_RESERVED]
    book[a, WANT_RESERVED] = 0
    if account[CASH] - account[RESERVED] - account[LOCKED] < notional + fee:
        lapse(account, book, a, NO_CASH)
        return
    account[CASH] -= side * notional + fee
    book[a, LOCK] = 0 if side > 0 else 2 * notional
    account[LOCKED] += book[a, LOCK]
    hold(row, book, i, a, ticks, notional, fee)


def hold(row: Row, book: Ints, i: int, a: int, ticks: int, notional: int, fee: int) -> None:
    """The row of a position that was entered at the open of bar `i`."""
    value = notional_minor(1, book[a, WANT_STEPS], book[a, UNIT])
    book[a, SIDE], book[a, STEPS], book[a, VALUE] = book[a, WANT], book[a, WANT_STEPS], value
    book[a, TICKS_MAX] = COUNTED_MAX // book.shape[0] // value
    book[a, ENTRY_TICKS], book[a, ENTRY_BAR], book[a, ENTRY_FEE] = ticks, i, fee
    book[a, BEST], book[a, WORST] = ticks, ticks
    book[a, PAID], book[a, FIRST_STOP], book[a, FUNDING] = notional, book[a, WANT_STOP], 0
    book[a, STOP] = book[a, WANT_STOP] if row.protects else 0
    book[a, TARGET] = book[a, WANT_TARGET] if row.protects else 0
    book[a, EXTREME], book[a, EVEN], book[a, BARS] = 0, 0, 0
    book[a, LEAVING], book[a, WANT] = 0, 0
    follow(row, book, a, book[a, OPEN])


PARTS: Final = (away, lapse, ask, given_back, open_positions, enter, hold)
