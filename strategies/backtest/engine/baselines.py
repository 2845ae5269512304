"""What a result is held against: buying and holding, random entries, and nothing at all. Same markets, same costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from strategies.backtest.engine.markets import Market
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import CAPITAL_MAX, Size, Sizing, Terms
from strategies.catalog.asking import KEEP, Asked
from trading.fills.types import BPS

DRAWS: Final = 20
ROOM_BPS: Final = 100  # above the close, beside slippage, that buying and holding pays
_TRIES: Final = 50  # candles in which its entry may come to nothing at that
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class RandomEntries:
    """Runs that enter at random. median: the run in the middle. returns: of all, rising. beaten: the share of them that
    the result is better than, None where it has no trade to imitate.
    """

    median: Result
    returns: tuple[float, ...]
    beaten: float | None


def cash(result: Result) -> Result:
    """The same time with nothing bought."""
    return run(result.markets, [_nothing(market) for market in result.markets.each], result.terms)


def buy_and_hold(result: Result) -> Result:
    """All of the capital in the markets from the first candle on, in equal shares, to the end."""
    asked = []
    for market in result.markets.each:
        one = _nothing(market)
        one[np.flatnonzero(~market.bars.filled)[:_TRIES]] = 1
        asked.append(one)
    return run(result.markets, asked, _all_in(result.terms, len(result.markets)))


def random_entries(
    result: Result, *, draws: int = DRAWS, is_cancelled: Callable[[], bool] = lambda: False
) -> RandomEntries:
    """As many trades as the result has, of the same sides, sizes' rule and holding times, at moments drawn by the seed.

    They are held for their time whatever happens: no stop, no target. Raises RunCancelled.
    """
    terms = _unprotected(result.terms)
    runs = []
    for draw in range(draws):
        dice = np.random.default_rng([result.terms.seed, draw])
        asked = [_drawn(result, a, dice) for a in range(len(result.markets))]
        runs.append(run(result.markets, asked, terms, is_cancelled=is_cancelled))
    runs.sort(key=lambda one: int(one.equity[-1]))
    ends = [int(one.equity[-1]) for one in runs]
    beaten = sum(end < int(result.equity[-1]) for end in ends) / draws if len(result.trades) else None
    capital = result.terms.capital_minor
    return RandomEntries(runs[(draws - 1) // 2], tuple(end / capital - 1 for end in ends), beaten)


def _nothing(market: Market) -> Asked:
    return np.full(len(market.bars), KEEP, dtype=np.int8)


def _drawn(result: Result, a: int, dice: np.random.Generator) -> Asked:
    """The trades of one market, shuffled, with random pauses between them, in its own candles."""
    market = result.markets.each[a]
    traded = np.flatnonzero(~market.bars.filled)
    asked, mine = _nothing(market), result.trades[result.trades["asset"] == a]
    if not len(mine) or len(traded) < 3:
        return asked
    mine = mine[dice.permutation(len(mine))][: (len(traded) - 1) // 2]  # each takes two candles at least
    times = _times(result, mine, len(traded) - 1)
    taken = np.concatenate(([0], np.cumsum(times + 1)))
    pauses = np.sort(dice.integers(0, len(traded) - int(taken[-1]), len(mine)))  # how many candles before each
    begins = pauses + taken[:-1]
    asked[traded[begins]] = mine["side"].astype(np.int8)
    asked[traded[begins + times]] = 0
    return asked


def _times(result: Result, trades: NDArray[np.void], room: int) -> NDArray[np.int64]:
    """Holding times in candles, one at least; all shortened where the market has no room for them and their pauses."""
    ends = np.where(trades["exit_bar"] < 0, len(result.equity), trades["exit_bar"])
    times = np.maximum(ends - trades["entry_bar"], 1)
    most = room - len(trades)
    if times.sum() > most:
        times = np.maximum(times * (most - len(trades)) // times.sum(), 1)
    whole: NDArray[np.int64] = times.astype(np.int64)
    return whole


def _all_in(terms: Terms, assets: int) -> Terms:
    share = (_HUNDRED / assets).quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
    return replace(
        _unprotected(terms),
        size=Size(Sizing.SHARE, percent=share),
        stop_bps=0,
        target_bps=0,
        collar_bps=min(max(terms.collar_bps, terms.costs.slippage_bps * terms.cost_times + ROOM_BPS), BPS),
        position_pct=_HUNDRED,
        risk_pct=_HUNDRED,
        daily_loss_pct=_HUNDRED,
        order_max=CAPITAL_MAX,
        positions_max=max(terms.positions_max, assets),
    )


def _unprotected(terms: Terms) -> Terms:
    return replace(terms, protects=False, trail_bps=0, break_even_bps=0, time_stop_bars=0)
