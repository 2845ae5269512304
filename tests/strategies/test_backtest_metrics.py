"""The metrics by their published definitions, on equity that a person can follow; what is undefined is None."""

import math
from dataclasses import replace
from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from strategies.backtest.engine.baselines import buy_and_hold, cash, random_entries
from strategies.backtest.engine.definitions import DEFINITIONS
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.metrics import daily_returns, measure, monthly_returns
from strategies.backtest.engine.running import run
from strategies.backtest.engine.study import study
from strategies.catalog.asking import KEEP, asked_of
from strategies.catalog.registry import strategy
from tests.strategies.backtest_stage import BTC, asks, market, ran, terms
from tests.strategies.markets import walk
from trading.fills.types import Costs


def with_equity(*dollars, timeframe=Timeframe.D1, capital=100):
    """A result whose equity at each close is said."""
    one = market(*[100] * len(dollars), timeframe=timeframe)
    result = run(Markets([one]), [asks(one)], terms(capital=Decimal(capital)))
    return replace(result, equity=(np.array(dollars) * MINOR_PER_UNIT).astype(np.int64))


def values(result):
    return {name: found.value for name, found in measure(result).items()}


def test_every_definition_has_its_value_and_no_other():
    assert list(measure(with_equity(100, 101))) == list(DEFINITIONS)


def test_growth_drawdown_and_ratios_of_four_days():
    found = values(with_equity(110, 99, 121, 133.1))
    returns = np.array([0.1, -0.1, 121 / 99 - 1, 0.1])
    mean, spread = returns.mean(), returns.std(ddof=1)

    assert found["total_return"] == pytest.approx(0.331)
    assert found["profit"] == pytest.approx(33.1)
    assert found["cagr"] == pytest.approx(1.331 ** (365 / 4) - 1)
    assert found["volatility"] == pytest.approx(spread * math.sqrt(365))
    assert found["sharpe"] == pytest.approx(mean / spread * math.sqrt(365))
    assert found["sortino"] == pytest.approx(mean / math.sqrt(0.01 / 4) * math.sqrt(365))
    assert found["max_drawdown"] == pytest.approx(0.1)
    assert found["max_drawdown_amount"] == pytest.approx(11)
    assert found["drawdown_days"] == found["recovery_days"] == 1
    assert found["calmar"] == pytest.approx(found["cagr"] / 0.1)
    assert found["var_95"] == pytest.approx(np.quantile(returns, 0.05))
    assert found["var_95_normal"] == pytest.approx(mean + spread * NormalDist().inv_cdf(0.05))
    assert found["cvar_95"] == pytest.approx(-0.1)


def test_the_first_peak_is_the_capital_and_amount_and_ratio_may_be_of_two_valleys():
    found = values(with_equity(50, 100, 200, 400, 340))

    assert (found["max_drawdown"], found["max_drawdown_amount"]) == (0.5, 60)
    assert found["recovery_days"] == 1


def test_days_end_at_utc_midnight_whatever_the_candle():
    hourly = with_equity(*[100 + hour for hour in range(60)], timeframe=Timeframe.H1)

    assert daily_returns(hourly) == pytest.approx([0.23, 147 / 123 - 1, 159 / 147 - 1])


@pytest.mark.parametrize(
    ("equity", "missing"),
    [
        ((100,), {"volatility", "sharpe", "sortino", "var_95", "psr", "calmar", "recovery_days"}),
        ((100, 100, 100), {"sharpe", "sortino", "psr", "calmar", "recovery_days"}),
        ((101, 102, 104), {"sortino", "calmar", "recovery_days"}),
        ((101, 90, 95), {"recovery_days"}),
    ],
)
def test_what_is_undefined_is_none_and_says_why(equity, missing):
    found = measure(with_equity(*equity))

    of_trades = {"win_rate", "profit_factor", "expectancy", "expectancy_ratio", "sqn", "best_trade", "worst_trade"}
    undefined = {name for name, one in found.items() if one.value is None} - of_trades - {"held_days", "mae", "mfe"}
    assert undefined >= missing
    assert all(one.edge for one in found.values() if one.value is None)
    assert undefined - missing <= {"var_95_normal", "cvar_95"}


def test_where_nothing_is_left_a_year_returns_minus_one():
    found = values(with_equity(50, -10, -10))

    assert (found["cagr"], found["total_return"]) == (-1, pytest.approx(-1.1))
    assert found["sharpe"] is not None


def test_trades_are_counted_net_of_fees():
    candles = (100, 100, 110, 110, 99, 99, 99)
    result = ran(market(*candles), {"costs": Costs(1_000, 1_000, 0), "stop_bps": 1_500}, b0=1, b1=0, b2=1, b3=0)
    found = values(result)
    won, lost = 1_000 * 0.1 - 2.1, 9.09 * 11 + 0.9999 + 0.89991

    assert found["trades"] == 2
    assert found["win_rate"] == 0.5
    assert found["best_trade"] == pytest.approx(won)
    assert found["worst_trade"] == pytest.approx(-lost)
    assert found["profit_factor"] == pytest.approx(won / lost)
    assert found["expectancy"] == pytest.approx((won - lost) / 2)
    assert found["expectancy_ratio"] == pytest.approx((1 + won / lost) / 2 - 1)
    assert found["fees"] == pytest.approx(2.1 + 0.9999 + 0.89991)
    risked = np.array([won / 150, -lost / (9.09 * 16.5)])
    assert found["sqn"] == pytest.approx(math.sqrt(2) * risked.mean() / risked.std(ddof=1))


def test_months_are_those_of_utc_and_the_first_counts_from_the_capital():
    rising = with_equity(*[100 + day for day in range(1, 61)])  # 2024-01-01 to 2024-02-29

    assert [(year, month, round(value, 6)) for year, month, value in monthly_returns(rising)] == [
        (2024, 1, 0.31),
        (2024, 2, round(160 / 131 - 1, 6)),
    ]


@pytest.fixture(scope="module")
def crossed():
    bars = walk(3_000, seed=5)
    one = replace(BTC, tick=bars.tick)
    chosen = strategy("moving_average_cross")
    asked = asked_of(chosen.stances(bars, {}), bars.filled)
    return Markets([Market(one, bars)]), asked


def test_random_entries_are_as_many_as_long_and_drawn_by_the_seed(crossed):
    markets, asked = crossed
    result = run(markets, [asked], terms(seed=1, collar_bps=500))
    once, twice = random_entries(result, draws=9), random_entries(result, draws=9)
    other = random_entries(run(markets, [asked], terms(seed=2, collar_bps=500)), draws=9)

    assert once.returns == twice.returns != other.returns
    assert once.median.hash == twice.median.hash
    held = [np.sort(r.closed["exit_bar"] - r.closed["entry_bar"]) for r in (result, once.median)]
    assert abs(len(held[0]) - len(held[1])) <= 1
    assert abs(held[0].sum() / held[1].sum() - 1) < 0.05
    assert 0 <= once.beaten <= 1


def test_buying_and_holding_puts_all_of_it_in_and_cash_nothing(crossed):
    markets, asked = crossed
    result = run(markets, [asked], terms(costs=Costs()))
    bars, held = markets.each[0].bars, buy_and_hold(result)

    assert len(held.trades) == 1
    assert held.exposed[1:].min() > 0.95
    change = bars.close[-1] / held.trades["entry_ticks"][0] - 1
    assert held.equity[-1] / result.terms.capital_minor - 1 == pytest.approx(change, rel=0.02)
    assert set(cash(result).equity) == {result.terms.capital_minor}


def test_a_study_has_other_costs_and_baselines_beside_the_result(crossed):
    markets, asked = crossed
    found = study(markets, [asked], terms(costs=Costs(), collar_bps=100), draws=3)
    returns = [found.at_costs[times]["total_return"].value for times in (0, 1, 2)]

    assert returns == sorted(returns, reverse=True)
    assert found.at_costs[1] == found.metrics
    assert set(found.baselines) == {"buy_and_hold", "random_entry", "cash"}
    assert found.baselines["cash"]["total_return"].value == 0


def test_what_never_trades_has_no_random_rival():
    one = market(*[100] * 10)
    found = study(Markets([one]), [np.full(10, KEEP, dtype=np.int8)], terms(), draws=2)

    assert found.random.beaten is None
    assert found.metrics["trades"].value == 0
