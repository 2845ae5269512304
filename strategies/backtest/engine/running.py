"""One run: markets, what is asked for after each bar, and terms in; a result out. Pure: the same in, the same out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Ints
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.engine import rows
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.opening import Opening, begin
from strategies.backtest.engine.result import REFUSED, TRADE, Result
from strategies.backtest.engine.rows import Columns
from strategies.backtest.engine.terms import Terms
from strategies.backtest.errors import RunCancelled, RunOverflow
from strategies.catalog.asking import Asked
from trading.fills.errors import FillOverflow

STRETCH: Final = 1_000_000  # bars times assets between two looks at whether to go on: some hundredths of a second


def run(
    markets: Markets,
    asked: Sequence[Asked],
    terms: Terms,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
    opening: Opening | None = None,
    opening_ms: int = 0,
) -> Result:
    """Walk over `markets` and trade what is asked for. asked: for each market in their order, as long as its bars.

    opening: what it begins with instead of the terms' capital, at `opening_ms` (UTC), a close before the first bar.

    Raises RunCancelled, RunOverflow (with the moment), BadMarket for decisions that do not fit; then nothing is left.
    """
    from strategies.backtest.engine.compiled import walk  # numba: only where something is run

    columns = markets.columns(asked, terms)
    account = np.zeros(rows.ACCOUNT, dtype=np.int64)
    account[[rows.CASH, rows.EQUITY, rows.DAY_START]] = terms.capital_minor
    book = np.zeros((len(markets), rows.BOOK), dtype=np.int64)
    book[:, rows.UNIT], book[:, rows.LEAST], book[:, rows.TIMES] = columns.units, columns.least, columns.times
    most = sum(int(np.count_nonzero(one & 1)) for one in asked)  # every entry that can be asked for: -1 and +1 are odd
    known, more = (len(opening.record), 2 * len(markets)) if opening else (0, 0)
    trades = np.zeros((most + known + more, len(rows.TRADE_COLUMNS)), dtype=np.int64)
    equity = np.empty(markets.bars, dtype=np.int64)
    if opening is not None:
        at = (opening_ms - markets.begin_ms) // markets.timeframe.ms
        begin(opening, markets, terms, account, book, trades, before=at - 1)
    row, stretch = terms.row(), max(STRETCH // len(markets), 1)
    for first in range(0, markets.bars, stretch):
        if is_cancelled():
            said = _("The run was cancelled after %(done)s of %(bars)s candles; nothing of it is kept.")
            raise RunCancelled(said, done=first, bars=markets.bars)
        end = min(first + stretch, markets.bars)
        try:
            walk(columns, row, account, book, trades, equity, first, end)
        except FillOverflow as error:
            raise _overflow(markets, account, error) from None
    done = trades[known : account[rows.COUNT]]
    whole = _as_trades(np.concatenate((done, _still_open(columns, book))))
    return _result(markets, terms, account, whole, equity)


def _result(markets: Markets, terms: Terms, account: Ints, trades: NDArray[np.void], equity: Ints) -> Result:
    return Result(
        markets=markets,
        terms=terms,
        trades=trades,
        equity=equity,
        entries=int(account[rows.PLACED]),
        refused={why: int(account[column]) for why, column in REFUSED.items() if account[column]},
        both=int(account[rows.BOTH]),
        settled=int(account[rows.SETTLED]),
    )


def _as_trades(table: Ints) -> NDArray[np.void]:
    return np.ascontiguousarray(table).view(TRADE).reshape(-1)


def _still_open(columns: Columns, book: Ints) -> Ints:
    held = np.flatnonzero(book[:, rows.SIDE])
    table = np.zeros((len(held), len(rows.TRADE_COLUMNS)), dtype=np.int64)
    for place, a in enumerate(held):
        side, entry, last = book[a, rows.SIDE], book[a, rows.ENTRY_TICKS], columns.close[-1, a]
        profit = side * (last - entry) * book[a, rows.VALUE] - book[a, rows.ENTRY_FEE] + book[a, rows.FUNDING]
        against, towards = side * (entry - book[a, rows.WORST]), side * (book[a, rows.BEST] - entry)
        table[place] = (
            *(a, side, book[a, rows.STEPS]),
            *(book[a, rows.ENTRY_BAR], -1),
            *(entry, last),
            *(book[a, rows.ENTRY_FEE], 0, book[a, rows.FUNDING]),
            profit,
            *(max(against, 0), max(towards, 0)),
            *(book[a, rows.FIRST_STOP], rows.STILL_OPEN),
        )
    return table


def _overflow(markets: Markets, account: Ints, error: FillOverflow) -> RunOverflow:
    moment = np.datetime64(int(markets.open_ms[account[rows.AT]]), "ms")
    return RunOverflow(
        _("%(instrument)s at %(moment)s UTC: %(reason)s Use less capital."),
        instrument=markets.instruments[account[rows.OF]].id,
        moment=str(moment)[:16].replace("T", " "),
        reason=Kept(error.message),
    )
