"""A manager's result with all that a person should see beside it: the same study as of any other strategy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from strategies.backtest.engine.baselines import DRAWS, buy_and_hold, cash, random_entries
from strategies.backtest.engine.managing.running import manage
from strategies.backtest.engine.markets import Markets
from strategies.backtest.engine.metrics import measure, monthly_returns
from strategies.backtest.engine.result import Result
from strategies.backtest.engine.study import (
    BACKTEST,
    BASELINES,
    BUY_AND_HOLD,
    CASH,
    COST_TIMES,
    COSTS,
    RANDOM_ENTRY,
    Study,
)
from strategies.backtest.engine.terms import CAPITAL_MAX, Size, Sizing, Terms
from strategies.catalog.managing import Manager

_HUNDRED: Final = Decimal(100)


def study_managed(
    manager: Manager,
    parameters: Mapping[str, object],
    markets: Markets,
    terms: Terms,
    *,
    draws: int = DRAWS,
    is_cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[str], None] = lambda _step: None,
) -> Study:
    """Run it, and everything that it is held against. tell: is told the name of each of STEPS as it begins.

    Raises what `manage` raises. Random entries are as large as what the manager held in the mean when it did.
    """

    def at(times: int) -> Result:
        return manage(manager, parameters, markets, terms.at_cost(times), is_cancelled=is_cancelled)

    tell(BACKTEST)
    result = at(terms.cost_times)
    metrics = measure(result)
    tell(COSTS)
    at_costs = {times: metrics if times == terms.cost_times else measure(at(times)) for times in COST_TIMES}
    tell(BASELINES)
    alike = replace(result, terms=_sized_alike(result))
    drawn = random_entries(alike, draws=draws, is_cancelled=is_cancelled)
    baselines = {
        BUY_AND_HOLD: measure(buy_and_hold(alike)),
        RANDOM_ENTRY: measure(drawn.median),
        CASH: measure(cash(alike)),
    }
    return Study(result, metrics, at_costs, baselines, drawn, monthly_returns(result))


def _sized_alike(result: Result) -> Terms:
    """Terms under which an entry costs the share of equity that the run held in the mean."""
    held = result.exposed[result.exposed > 0]
    share = round(float(held.mean()) * 10_000) if len(held) else 1
    return replace(
        result.terms,
        size=Size(Sizing.SHARE, percent=Decimal(min(max(share, 1), 10_000)) / 100),
        stop_bps=0,
        target_bps=0,
        position_pct=_HUNDRED,
        risk_pct=_HUNDRED,
        daily_loss_pct=_HUNDRED,
        order_max=CAPITAL_MAX,
    )
