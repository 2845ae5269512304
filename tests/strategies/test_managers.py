"""What each manager does, on markets that a person can follow."""

from __future__ import annotations

from decimal import Decimal

import pytest

from strategies.backtest.engine.managing.inventory import inventory_of
from strategies.backtest.engine.managing.running import Sitting, manage
from strategies.backtest.engine.markets import Funding, Market, Markets
from strategies.backtest.engine.result import CAUSES
from strategies.backtest.errors import BadMarket, RunCancelled, RunOverflow
from strategies.catalog import desk as its
from strategies.catalog.registry import manager
from tests.strategies.managing_stage import FREE, candles, coarse, sit, swinging
from trading.fills.types import Costs

GRID4 = {
    "lower": "80",
    "upper": "120",
    "count": 4,
    "spacing": "arithmetic",
    "investment": "4000",
    "loss_limit_pct": "0",
}
LADDER = {"base": "100", "safety": "100", "step_pct": "10", "step_scale": "1", "volume_scale": "1", "maximum": 2}


def resting(sitting):
    """What rests: "buy 90" and so on, by slot."""
    words = {1: "buy", -1: "sell"}
    rows = [row for row in sitting.orders if row[its.STEPS] > 0]
    kinds = {its.LIMIT: "", its.MARKET: " market", its.STOP: " stop"}
    return [f"{words[r[its.SIDE]]}{kinds[r[its.KIND]]} {r[its.TICKS] / 100:g}" for r in rows]


def sales(sitting):
    return [(row["entry_ticks"] / 100, row["exit_ticks"] / 100, CAUSES[row["cause"]]) for row in sitting.closed]


def work(name, said, *each, costs=FREE, capital="10000", **named):
    markets, terms = candles(*each, costs=costs, capital=capital)
    return sit(manager(name), said, markets, terms, **named)


def test_a_grid_buys_at_once_above_the_price_and_rests_at_the_lines_below():
    at_start, laid = work("spot_grid", GRID4, 101, 101, to=1), work("spot_grid", GRID4, 101, 101)

    assert resting(at_start) == ["buy 80", "buy 90", "buy 100", "buy market 111.1"]
    assert resting(laid) == ["buy 80", "buy 90", "buy 100", "sell 120"]


def test_each_line_of_a_grid_earns_by_itself_and_buys_again():
    falls_and_returns = (101, 101, (101, 101, 89, 89), (89, 111, 89, 111), (111, 111, 89, 89))
    sitting = work("spot_grid", GRID4, *falls_and_returns)

    assert sales(sitting) == [(90, 100, "target"), (100, 110, "target")]
    assert resting(sitting) == ["buy 80", "sell 100", "sell 110", "sell 120"]


def test_beyond_its_range_a_grid_holds_or_ends_or_goes_up():
    leaves_below = (101, 101, (101, 101, 79, 79), 79, 79)
    holds = work("spot_grid", GRID4, *leaves_below)
    assert resting(holds) == ["sell 90", "sell 100", "sell 110", "sell 120"]
    ends = work("spot_grid", GRID4 | {"outside": "stop"}, *leaves_below)
    assert resting(ends) == [] and ends.desk[its.HELD] == 0 and {c for _, _, c in sales(ends)} == {"signal"}

    leaves_above = (101, 101, (101, 131, 101, 131), 131, (131, 131, 109, 109))
    trails = work("spot_grid", GRID4 | {"outside": "trail"}, *leaves_above)
    assert [row[0] for row in trails.machine.table.tolist()] == [10_000, 11_000, 12_000, 13_000, 14_000]
    assert resting(trails) == ["buy 100", "sell 120", "sell 130", "sell 140"]
    assert resting(work("spot_grid", GRID4, *leaves_above)) == ["buy 80", "buy 90", "buy 100", "sell 120"]


def test_the_stop_of_a_grid_sells_what_the_same_fall_bought_and_nothing_comes_after():
    stops = GRID4 | {"stop_pct": "10"}
    sitting = work("spot_grid", stops, 101, 101, (101, 101, 50, 50), 100, 60, 120)

    assert {(exit_, cause) for _, exit_, cause in sales(sitting)} == {(72, "stop")}
    assert len(sitting.closed) == 4
    assert resting(sitting) == [] and sitting.machine.state[its.ENDED] == 1


def test_a_gap_through_the_stop_is_sold_at_the_open_slipped():
    sitting = work("spot_grid", GRID4 | {"stop_pct": "10"}, 101, 101, (60, 60, 60, 60), 60, costs=Costs(0, 0, 100))

    assert {exit_ for _, exit_, _ in sales(sitting)} == {59.4}
    assert {entry for entry, _, _ in sales(sitting)} == {60, 102.01}  # buys that the gap passed, and the one at once


def test_grid_profit_and_inventory_that_is_not_realised_are_told_apart():
    markets, terms = candles(101, 101, (101, 101, 89, 89), (89, 105, 89, 105), 95, costs=Costs(1_000, 1_000, 0))
    result = manage(manager("spot_grid"), GRID4, markets, terms)
    found = inventory_of(result)["binance:BTC/USDT"]

    assert found.at_limits > 0 > found.unrealised
    assert (found.sales, found.otherwise) == (1, 0)
    assert found.at_limits + found.otherwise + found.unrealised == result.equity[-1] - terms.capital_minor
    assert found.cost == sum(
        int(t["entry_ticks"] * t["steps"]) * 1_000 + int(t["entry_fee"]) for t in result.trades[1:]
    )


def test_a_dca_ladder_sells_all_at_one_target_and_waits_before_it_begins_again():
    said = LADDER | {"target_pct": "5", "cooldown": 2}
    falls = (100, 100, (100, 100, 79, 85))
    low = work("dca_ladder", said, *falls)
    assert resting(low) == ["sell 93.72"]
    rises = (*falls, (85, 95, 85, 95), 95, 95, 95, 95)
    assert [entry for entry, _, _ in sales(work("dca_ladder", said, *rises))] == [100, 90, 80]
    assert [resting(work("dca_ladder", said, *rises, to=n)) for n in (4, 5, 6)] == [[], [], ["buy market 104.5"]]


def test_a_rung_that_fills_before_the_target_in_one_bar_is_sold_later():
    sitting = work("dca_ladder", LADDER | {"target_pct": "5"}, 100, 100, (100, 110, 89, 100), 100)

    assert sales(sitting) == [(100, 105, "target"), (90, 100, "target")]
    assert list(sitting.closed["exit_bar"]) == [2, 3]


def test_the_stop_of_a_dca_ladder_ends_the_deal_and_the_loss_limit_ends_it_all():
    said = LADDER | {"stop_pct": "25", "target_pct": "50", "cooldown": 5}
    stopped = work("dca_ladder", said, 100, 100, (100, 100, 70, 70), 70)
    assert {(exit_, cause) for _, exit_, cause in sales(stopped)} == {(75, "stop")}
    ended = work("dca_ladder", LADDER | {"loss_limit_pct": "1"}, 100, 100, (100, 100, 10, 10), 10, 100, 100, 100)
    assert {(exit_, cause) for _, exit_, cause in sales(ended)} == {(10, "signal")}
    assert resting(ended) == [] and ended.machine.state[its.ENDED] == 1


def test_a_market_buy_that_gaps_beyond_its_collar_is_not_paid_but_asked_again():
    markets, terms = candles(100, 150, 150, 150, collar_bps=100)
    sitting = sit(manager("dca_ladder"), LADDER, markets, terms)

    assert list(sitting.still_open["entry_ticks"]) == [15_000]
    assert list(sitting.still_open["entry_bar"]) == [2]


def test_a_martingale_doubles_after_a_loss_takes_it_at_its_cap_and_begins_again_after_a_win():
    said = {"amount": "100", "factor": "2", "rungs": 3, "stop_pct": "10", "target_pct": "10"}
    lost = (100, (100, 100, 89, 100))
    three = work("capped_martingale", said, 100, *lost, *lost, *lost, 100)
    sizes = [int(row["steps"]) for row in [*three.closed, *three.still_open]]
    assert sizes == [1_000, 2_000, 4_000, 1_000]
    won = work("capped_martingale", said, 100, *lost, 100, (100, 111, 100, 100), 100, 100)
    assert [int(row["steps"]) for row in [*won.closed, *won.still_open]] == [1_000, 2_000, 1_000]


def test_a_rebalance_acts_beyond_its_band_alone_and_only_when_it_looks():
    said = {"share_pct": "50", "band_pct": "5", "loss_limit_pct": "0"}
    assert len(work("threshold_rebalance", said, 100, 100, 110, 110).closed) == 0
    sold = work("threshold_rebalance", said, 100, 100, 150, 150)
    assert sold.desk[its.HELD] * 150 / 1000 == pytest.approx(float(sold.equity[-1]) / 10**8 / 2, rel=0.001)
    assert len(work("threshold_rebalance", said | {"every": 4}, 100, 100, 150, 150).closed) == 0


def test_an_accumulation_buys_in_each_period_until_its_funds_are_out():
    said = {"amount": "100", "every_hours": 3}
    sitting = work("calendar_accumulation", said, *[100] * 24, capital="500")
    assert list(sitting.still_open["entry_bar"]) == [1, 3, 6, 9, 12]
    more = work("calendar_accumulation", said | {"dip_pct": "10", "dip_times": 3}, *[100] * 3, *[80] * 4)
    assert [int(steps) for steps in more.still_open["steps"]] == [909, 909, 3_409]


def test_quotes_lean_against_what_is_held():
    markets = swinging(120)
    said = {"window": 20, "amount": "500", "inventory": "1500", "loss_limit_pct": "0"}
    bids, asks = {}, {}
    sitting = sit(manager("inventory_quotes"), said, markets, candles(1)[1], to=0)
    while sitting.at < markets.bars:
        sitting.walk_to(sitting.at + 1)
        held, close = int(sitting.desk[its.HELD]), int(sitting.desk[its.CLOSE])
        for side, row in zip((bids, asks), sitting.orders, strict=True):
            if row[its.STEPS] > 0:
                side.setdefault(held > 0, []).append(abs(int(row[its.TICKS]) - close) / close)
    mean = lambda each: sum(each) / len(each)  # noqa: E731
    assert mean(bids[True]) > mean(bids[False])  # holding, it buys further away
    assert len(asks[True]) > 10 and False not in asks  # what is not held is not offered


def test_a_perpetual_a_cancelled_run_and_an_overflow_are_refused():
    markets, terms = candles(100, 100)
    one = markets.each[0]
    perpetual = Market(one.instrument, one.bars, Funding(one.bars.open_ms[:1], one.bars.open_ms[:1] * 0))
    with pytest.raises(BadMarket, match="trades spot alone"):
        Sitting(manager("spot_grid"), {}, Markets([perpetual]), terms)
    with pytest.raises(RunCancelled, match="after 0 of 2 candles"):
        manage(manager("spot_grid"), GRID4, markets, terms, is_cancelled=lambda: True)
    huge = coarse("1", "1")
    rising, _ = candles(100, 100, 100, 2**52, instrument=huge)
    with pytest.raises(RunOverflow, match=r"at 2024-01-01 03:00 UTC: .* larger than 64 bits"):
        manage(manager("threshold_rebalance"), {}, rising, terms)
    with pytest.raises(RunOverflow, match="larger than 64 bits"):  # nothing is held: its price alone cannot be counted
        manage(manager("threshold_rebalance"), {"every": 10}, rising, terms)


def test_in_bars_where_nothing_trades_it_is_not_asked():
    markets, terms = candles(100, 100, 100, 100, 100, filled=(1, 2))
    sitting = sit(manager("calendar_accumulation"), {"every_hours": 1}, markets, terms)

    assert list(sitting.still_open["entry_bar"]) == [3, 4]


def test_the_metrics_count_what_was_held():
    markets, terms = candles(100, 100, (100, 100, 79, 85), (85, 100, 85, 95), 95, capital="1000")
    result = manage(manager("dca_ladder"), LADDER | {"target_pct": "5", "cooldown": 9}, markets, terms)

    assert [round(float(held) / 10**8) for held in result.exposure] == [0, 100, 286, 0, 0]
    assert list(result.trades["mae_ticks"]) == [2_100, 1_100, 100]
    assert result.terms.capital == Decimal(1_000)
