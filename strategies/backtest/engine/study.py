"""A result with all that a person should see beside it: metrics, baselines, and what other costs make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from strategies.backtest.engine.baselines import DRAWS, RandomEntries, buy_and_hold, cash, random_entries
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.metrics import Measured, measure, monthly_returns
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Terms
from strategies.catalog.asking import Asked

COST_TIMES: Final = (0, 1, 2)
BUY_AND_HOLD: Final = "buy_and_hold"
RANDOM_ENTRY: Final = "random_entry"
CASH: Final = "cash"
CANDLES: Final = "candles"
BOOKS: Final = "books"
BACKTEST: Final = "backtest"
COSTS: Final = "costs"
BASELINES: Final = "baselines"
STEPS: Final = (CANDLES, BACKTEST, COSTS, BASELINES)
BOOK_STEPS: Final = (BOOKS, BACKTEST, COSTS)  # of a run over order books, whose baselines go along with the first walk


@dataclass(frozen=True, slots=True)
class Study:
    """result: at the costs of its terms. metrics: of it. at_costs: metrics by how many times the costs were taken.
    baselines: metrics by BUY_AND_HOLD, RANDOM_ENTRY (the draw in the middle) and CASH. random: all draws. monthly:
    (year, month, return).
    """

    result: Result
    metrics: Mapping[str, Measured]
    at_costs: Mapping[int, Mapping[str, Measured]]
    baselines: Mapping[str, Mapping[str, Measured]]
    random: RandomEntries
    monthly: Sequence[tuple[int, int, float]]


def study(
    markets: Markets,
    asked: Sequence[Asked],
    terms: Terms,
    *,
    draws: int = DRAWS,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _step: None,
) -> Study:
    """Run it, and everything that it is held against. tell: is told the name of each of STEPS as it begins.

    Raises what `run` raises.
    """
    tell(BACKTEST)
    result = run(markets, asked, terms, is_cancelled=is_cancelled)
    metrics = measure(result)
    tell(COSTS)
    at_costs = {
        times: metrics
        if times == terms.cost_times
        else measure(run(markets, asked, terms.at_cost(times), is_cancelled=is_cancelled))
        for times in COST_TIMES
    }
    tell(BASELINES)
    drawn = random_entries(result, draws=draws, is_cancelled=is_cancelled)
    baselines = {
        BUY_AND_HOLD: measure(buy_and_hold(result)),
        RANDOM_ENTRY: measure(drawn.median),
        CASH: measure(cash(result)),
    }
    return Study(result, metrics, at_costs, baselines, drawn, monthly_returns(result))
