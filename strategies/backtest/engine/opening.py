"""What a run begins with, where it does not begin with cash alone: so a day of a bot is walked as the bot walked it.

What is held was bought before the first bar (its entry bar is -1) and pays no entry fee any more. What was asked for
after the bar before the first one is put on its way as the loop itself does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptouniverse.kernel.market import Ints
from strategies.backtest.engine.entries import COUNTED_MAX
from strategies.backtest.engine.exits import roll
from strategies.backtest.engine.loop import decide
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.rows import (
    BARS,
    BEST,
    CASH,
    CLOSE,
    COUNT,
    DAY_START,
    ENTRY_BAR,
    ENTRY_TICKS,
    EQUITY,
    FIRST_STOP,
    LEAVING,
    PAID,
    RESERVED,
    SIDE,
    STEPS,
    STOP,
    SWING,
    TARGET,
    TICKS_MAX,
    TRADE_COLUMNS,
    UNIT,
    VALUE,
    WORST,
    Row,
)
from strategies.backtest.engine.terms import Terms
from trading.fills.rules import notional_minor

_PROFIT, _ENTRY_FEE = TRADE_COLUMNS.index("profit"), TRADE_COLUMNS.index("entry_fee")
BEFORE: Final = -1  # as entry_bar: it was entered before the run


@dataclass(frozen=True, slots=True)
class Held:
    """A long position that a run begins with. entry_ticks: what it was bought at. stop_ticks, target_ticks: as entered,
    0 for none; terms that move a stop move it by `best_ticks`, the highest price since the entry. bars: how many it was
    held for. leaving: its exit is on its way.
    """

    steps: int
    entry_ticks: int
    stop_ticks: int
    target_ticks: int = 0
    best_ticks: int = 0
    bars: int = 0
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """cash, reserved, day_start: minor units; reserved is what is not free to be spent. closes: by instrument, ticks
    of the last close before. held: by instrument. asked: by instrument, the stance that was asked for at that close;
    swings: what it is sized by then, where its size looks at candles (`swings.py`). record: of positions that ended
    before, oldest first, profit and cost, minor units: what a size that looks at results knows.
    """

    cash: int
    reserved: int
    day_start: int
    closes: Mapping[str, int]
    held: Mapping[str, Held] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    swings: Mapping[str, int] = field(default_factory=dict)
    record: Sequence[tuple[int, int]] = ()


def begin(
    opening: Opening, markets: Markets, terms: Terms, account: Ints, book: Ints, trades: Ints, *, before: int
) -> None:
    """Write the opening into the loop's rows. before: the bar of the markets' clock that has just closed, below 0."""
    row, names = terms.row(), [one.id for one in markets.instruments]
    account[CASH], account[RESERVED], account[DAY_START] = opening.cash, opening.reserved, opening.day_start
    for place, (profit, cost) in enumerate(opening.record):  # without steps, so that its cost is all in its fee
        trades[place, _PROFIT], trades[place, _ENTRY_FEE] = profit, cost
    account[COUNT] = len(opening.record)
    worth = 0
    for a, name in enumerate(names):
        book[a, CLOSE], book[a, SWING] = opening.closes.get(name, 0), opening.swings.get(name, 0)
        if held := opening.held.get(name):
            _hold(row, book, a, held)
            worth += int(book[a, CLOSE]) * int(book[a, VALUE])
    account[EQUITY] = opening.cash + worth
    for a, name in enumerate(names):
        if name in opening.asked:
            decide(row, account, book, trades, before, a, opening.asked[name])


def _hold(row: Row, book: Ints, a: int, held: Held) -> None:
    value, close = notional_minor(1, held.steps, int(book[a, UNIT])), int(book[a, CLOSE])
    book[a, SIDE], book[a, STEPS], book[a, VALUE] = 1, held.steps, value
    book[a, TICKS_MAX] = COUNTED_MAX // book.shape[0] // value
    book[a, ENTRY_TICKS], book[a, ENTRY_BAR] = held.entry_ticks, BEFORE
    book[a, [BEST, WORST]] = close
    book[a, PAID] = held.entry_ticks * value
    book[a, [FIRST_STOP, STOP]] = held.stop_ticks
    book[a, TARGET] = held.target_ticks if row.protects else 0
    if held.bars:
        roll(row, book, a, held.best_ticks, held.best_ticks)
    book[a, BARS], book[a, LEAVING] = held.bars, int(held.leaving)
