"""The loop over time: every bar of a common clock, every asset in it. Plain Python that a compiler takes as it stands.

In a bar, as on paper (`trading.execution.services.settle`): what was asked for after the bar before meets the open,
exits first, then entries; then stops and targets meet the rest of it, those of positions just opened included. Then the
account is marked at the close, and what is asked for now is decided. Nothing trades in a bar that is filled.
"""

from __future__ import annotations

from typing import Final

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine.entries import ask, enter
from strategies.backtest.engine.exits import close_at, meet_bar, seen, slip_of
from strategies.backtest.engine.rows import (
    AT,
    BY_RUIN,
    BY_SIGNAL,
    CASH,
    CLOSE,
    DAY_START,
    DEPTH,
    EQUITY,
    FILLED,
    FUNDING,
    HIGH,
    LEAVING,
    LOW,
    OF,
    OPEN,
    SIDE,
    SLIP,
    STEPS,
    STOP,
    SWING,
    TARGET,
    TICKS_MAX,
    UNIT,
    VALUE,
    WANT,
    Columns,
    Row,
)
from strategies.catalog.asking import KEEP
from trading.fills.errors import FillOverflow
from trading.fills.lots import share_of
from trading.fills.rules import notional_minor, slipped
from trading.fills.triggers import passed, share_up, touched

E8: Final = 100_000_000
_TOO_LARGE: Final = _("What is held is worth more than 64 bits can count.")


def walk(
    columns: Columns, row: Row, account: Ints, book: Ints, trades: Ints, equity: Ints, first: int, end: int
) -> None:
    """Walk bars `first` to `end`, not in, and write trades, and equity (minor units) at each close.

    account and book carry everything from one call to the next. Raises FillOverflow; account[AT] and account[OF] then
    say where.
    """
    assets, busy = book.shape[0], True
    moves = row.trail_bps + row.break_even_bps + row.time_stop_bars > 0
    funded, dated = columns.funding.shape[0] > 0, columns.new_day.shape[0] > 0
    i = glide(columns, account, book, equity, first, end, moves)
    while i < end:
        account[AT], worth = i, 0
        if dated and columns.new_day[i]:
            begin_day(columns, row, account, book, i)
        for a in range(assets if busy else 0):
            rate = columns.funding[i, a] if funded else 0
            if rate or book[a, LEAVING] or book[a, WANT] != 0:
                account[OF] = a
                bring(columns, row, book, i, a)
                meet_open(row, account, book, trades, i, a, rate)
        for a in range(assets if busy else 0):
            if book[a, WANT] != 0:
                account[OF] = a
                enter(row, account, book, i, a)
        for a in range(assets if busy else 0):
            if book[a, SIDE] != 0:
                account[OF] = a
                if not columns.filled[i, a]:
                    high, low = columns.high[i, a], columns.low[i, a]
                    if moves or reaches(book, a, high, low):
                        bring(columns, row, book, i, a)
                        meet_bar(columns, row, account, book, trades, i, a)
                    else:
                        seen(book, a, high)
                        seen(book, a, low)
                worth += marked(book, a, columns.close[i, a])
        if account[CASH] + worth <= 0 and worth != 0:
            ruin(columns, row, account, book, trades, i)
            worth = 0
        account[EQUITY] = equity[i] = account[CASH] + worth
        busy = False
        for a in range(assets):
            if columns.asked[i, a] != KEEP and not columns.filled[i, a]:
                account[OF] = a
                bring(columns, row, book, i, a)
                decide(row, account, book, trades, i, a, int(columns.asked[i, a]))
            busy = busy or book[a, SIDE] != 0 or book[a, WANT] != 0
        i = glide(columns, account, book, equity, i + 1, end, moves)


def glide(columns: Columns, account: Ints, book: Ints, equity: Ints, i: int, end: int, moves: bool) -> int:
    """The first bar from `i` on in which something may happen. One asset alone passes the others here, fast."""
    if book.shape[0] > 1 or moves or book[0, WANT] != 0 or book[0, LEAVING]:
        return i
    funded, dated = columns.funding.shape[0] > 0, columns.new_day.shape[0] > 0
    side, worth = book[0, SIDE], 0
    while i < end and columns.asked[i, 0] == KEEP and not columns.filled[i, 0]:
        if (dated and columns.new_day[i]) or (funded and columns.funding[i, 0] != 0):
            return i
        if side != 0:
            high, low, close = columns.high[i, 0], columns.low[i, 0], columns.close[i, 0]
            if reaches(book, 0, high, low) or close > book[0, TICKS_MAX]:
                return i
            worth = marked(book, 0, close)
            if account[CASH] + worth <= 0:
                return i
            seen(book, 0, high)
            seen(book, 0, low)
        equity[i] = account[EQUITY] = account[CASH] + worth
        i += 1
    return i


def bring(columns: Columns, row: Row, book: Ints, i: int, a: int) -> None:
    """The bar that the asset is in, into its row."""
    book[a, OPEN], book[a, HIGH] = columns.open[i, a], columns.high[i, a]
    book[a, LOW], book[a, CLOSE] = columns.low[i, a], columns.close[i, a]
    book[a, FILLED] = columns.filled[i, a]
    book[a, SLIP] = columns.slips[i, a] if columns.slips.shape[0] else row.slippage_bps
    book[a, DEPTH] = columns.depths[i, a] if columns.depths.shape[0] else 0
    book[a, SWING] = columns.swings[i, a] if columns.swings.shape[0] else 0


def decide(row: Row, account: Ints, book: Ints, trades: Ints, i: int, a: int, stance: int) -> None:
    """What is asked for after bar `i` is put on its way: the exit of what is held otherwise, and the entry."""
    side = book[a, SIDE]
    if side != 0 and stance != side:
        book[a, LEAVING] = 1
    if stance != 0 and stance != side and book[a, WANT] == 0:
        ask(row, account, book, trades, i, a, stance)


def meet_open(row: Row, account: Ints, book: Ints, trades: Ints, i: int, a: int, rate_e8: int) -> None:
    """What is held meets the open: funding falls due, and what is being left is closed."""
    if book[a, SIDE] != 0 and rate_e8:
        fund(row, account, book, a, rate_e8)
    if book[a, LEAVING] and not book[a, FILLED]:
        seen(book, a, book[a, OPEN])
        ticks = slipped(-book[a, SIDE], book[a, OPEN], slip_of(row, book, a, book[a, STEPS]))
        close_at(row, account, book, trades, i, a, ticks, False, BY_SIGNAL)


def reaches(book: Ints, a: int, high: int, low: int) -> bool:
    """Whether a bar with these extremes ends a position that does not move its stop."""
    closing, target = -book[a, SIDE], book[a, TARGET]
    if touched(closing, book[a, STOP], high, low):
        return True
    return target > 0 and passed(closing, target, low if closing > 0 else high)


def marked(book: Ints, a: int, close: int) -> int:
    """What the position adds to the account at the close, below zero for a short."""
    if book[a, SIDE] == 0:
        return 0
    if close > book[a, TICKS_MAX]:
        raise FillOverflow(_TOO_LARGE)
    value: int = book[a, SIDE] * close * book[a, VALUE]
    return value


def fund(row: Row, account: Ints, book: Ints, a: int, rate_e8: int) -> None:
    """Funding falls due at the open: a position pays a rate of its own sign, rounded up, or gets it, rounded down."""
    notional = notional_minor(book[a, OPEN], book[a, STEPS], book[a, UNIT])
    rate = min(abs(rate_e8) * row.cost_times, E8)
    pays = book[a, SIDE] * rate_e8 > 0
    paid = share_up(notional, rate, E8) if pays else -share_of(notional, rate, E8)
    account[CASH] -= paid
    book[a, FUNDING] -= paid


def begin_day(columns: Columns, row: Row, account: Ints, book: Ints, i: int) -> None:
    """A UTC day begins: its loss counts from here, and whoever is short pays for what was lent, rounded up."""
    account[DAY_START] = account[EQUITY]
    for a in range(book.shape[0] if row.borrow_e8 else 0):
        if book[a, SIDE] < 0:
            account[OF] = a
            notional = notional_minor(columns.open[i, a], book[a, STEPS], book[a, UNIT])
            paid = share_up(notional, row.borrow_e8, E8)
            account[CASH] -= paid
            book[a, FUNDING] -= paid


def ruin(columns: Columns, row: Row, account: Ints, book: Ints, trades: Ints, i: int) -> None:
    """Nothing is left of the account: whatever is held is closed at the close."""
    for a in range(book.shape[0]):
        if book[a, SIDE] != 0:
            bring(columns, row, book, i, a)
            seen(book, a, book[a, CLOSE])
            ticks = slipped(-book[a, SIDE], book[a, CLOSE], slip_of(row, book, a, book[a, STEPS]))
            close_at(row, account, book, trades, i, a, ticks, False, BY_RUIN)


PARTS: Final = (glide, bring, decide, meet_open, reaches, marked, fund, begin_day, ruin)
