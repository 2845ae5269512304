"""A run that is cut in two, and gone on with from what was held, trades as the whole one does."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from cryptouniverse.kernel.market import DAY_MS, Instrument
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.opening import BEFORE, Held, Opening
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Size, Sizing, Terms
from strategies.catalog.asking import KEEP
from tests.strategies.markets import START_MS, TICK, walk

HOURS, CUT = 72, 48
BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", TICK, Decimal("0.001"))
WIDE = {"position_pct": Decimal(100), "order_max": Decimal(1_000_000)}
KINDS = {
    "plain": Terms(stop_bps=250, target_bps=300, **WIDE),
    "moving": Terms(stop_bps=400, trail_bps=250, break_even_bps=120, time_stop_bars=15, **WIDE),
    "share": Terms(stop_bps=900, size=Size(Sizing.SHARE, percent=Decimal(30)), **WIDE),
    "careful": Terms(stop_bps=300, daily_loss_pct=Decimal("0.2"), **WIDE),
}
COLUMNS = ("open_ms", "open", "high", "low", "close", "volume", "filled")


def market(seed, *, holes):
    bars = walk(HOURS, seed=seed)
    kept = np.ones(HOURS, dtype=bool)
    if holes:
        kept[[CUT - 2, CUT - 1, 30, 55]] = False
    return replace(bars, **{name: getattr(bars, name)[kept] for name in COLUMNS})


def asked(bars, seed):
    """Long and flat in turn, at hours that fall as dice do."""
    stances = np.full(len(bars), KEEP, dtype=np.int8)
    places = np.flatnonzero(np.random.default_rng(seed).random(len(bars)) < 0.25)
    stances[places] = np.arange(len(places)) % 2 == 0
    return stances


def state_at_the_cut(bars, asks, whole, terms):
    """What a bot's books say at the end of the second day."""
    cut_ms, before = START_MS + CUT * 3_600_000, int(bars.open_ms.searchsorted(START_MS + CUT * 3_600_000))
    opens = whole.open_ms
    row = next(
        (
            trade
            for trade in whole.trades
            if opens[trade["entry_bar"]] < cut_ms and (trade["exit_bar"] < 0 or opens[trade["exit_bar"]] >= cut_ms)
        ),
        None,
    )
    equity, held = int(whole.equity[CUT - 1]), {}
    if row is not None:
        first = int(bars.open_ms.searchsorted(opens[row["entry_bar"]]))
        seen, later = bars[first:before], asks[first:before]
        entry = int(row["entry_ticks"])
        target = 0
        if terms.target_bps:
            close = int(bars.close[first - 1])
            target = close + close * terms.target_bps // 10_000
        held[BTC.id] = Held(
            *(int(row["steps"]), entry, int(row["stop_ticks"]), target),
            *(int(seen.high.max()), len(seen)),
            leaving=bool((later == 0).any()),
        )
    close = int(bars.close[before - 1])
    worth = sum(close * one.steps * BTC.minor_per_tick_step for one in held.values())
    last = int(bars.open_ms[before - 1]) == cut_ms - 3_600_000 and asks[before - 1] != KEEP
    opening = Opening(
        cash=equity - worth,
        reserved=0,
        day_start=int(whole.equity[23]),
        closes={BTC.id: close},
        held=held,
        asked={BTC.id: int(asks[before - 1])} if last else {},
    )
    return before, cut_ms, opening


def told(result, since_ms):
    """(entry or None where it was held before, exit, what at what price) of the trades that ended or began since."""
    opens, found = result.open_ms, []
    for row in result.trades:
        entered = -1 if row["entry_bar"] == BEFORE else int(opens[row["entry_bar"]])
        left = None if row["exit_bar"] < 0 else int(opens[row["exit_bar"]])
        if left is None or left >= since_ms:
            began = None if entered < since_ms else (entered, int(row["entry_ticks"]))
            found.append((began, left, int(row["exit_ticks"]), int(row["steps"]), int(row["cause"])))
    return sorted(found, key=str)


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_goes_on_from_what_was_held(kind, holes):
    carried = 0
    for seed in range(60):
        bars = market(seed, holes=holes)
        asks, terms = asked(bars, seed), KINDS[kind]
        whole = run(Markets([Market(BTC, bars)]), [asks], terms)
        before, cut_ms, opening = state_at_the_cut(bars, asks, whole, terms)

        rest = run(Markets([Market(BTC, bars[before:])]), [asks[before:]], terms, opening=opening, opening_ms=cut_ms)

        assert told(rest, cut_ms) == told(whole, cut_ms), seed
        assert rest.equity[-1] == whole.equity[-1]
        carried += bool(opening.held) or bool(opening.asked)
    assert carried > 8
    assert cut_ms % DAY_MS == 0
