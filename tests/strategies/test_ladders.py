"""Ladders and grids before they start: the published formulas, what is refused, and that what is shown is placed."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from strategies.catalog import desk as its
from strategies.catalog.errors import BadParameter, LadderRefused
from strategies.catalog.ladders import E9, amounts, deviations, factors, lines
from strategies.catalog.registry import all_managers, manager
from strategies.catalog.settings import plain
from tests.strategies.managing_stage import FREE, candles, sit, start
from trading.fills.types import Costs

DCA, GRID, MARTINGALE = manager("dca_ladder"), manager("spot_grid"), manager("capped_martingale")


def dca(**said):
    usual = {"base": "100", "safety": "100", "step_pct": "2", "step_scale": "1", "volume_scale": "1", "maximum": 2}
    return DCA.ladder(usual | said, start(costs=FREE))


def prices(ladder):
    return [plain(ladder.start.instrument.price_of(rung.ticks)) for rung in ladder.rungs]


def test_two_percent_steps_are_98_and_96_from_the_base_price_and_98_and_96_04_from_the_previous_order():
    assert prices(dca(counted_from="base")) == ["100", "98", "96"]
    assert prices(dca(counted_from="previous")) == ["100", "98", "96.04"]


@pytest.mark.parametrize("k", ["0.5", "1", "1.2", "2"])
def test_deviations_and_sizes_follow_the_closed_formulas(k):
    s, scale, v = Decimal("1.5") / 100, Decimal(k), Decimal("1.3")
    found, sizes = deviations("1.5", k, 5, "base"), amounts("50", "1.3", 5)

    for n in range(1, 6):
        closed = n * s if scale == 1 else s * (1 - scale**n) / (1 - scale)
        assert abs(found[n - 1] - closed) < Decimal("1e-20")
        assert sizes[n - 1] == int(50 * v ** (n - 1) * 10**8)


def test_the_average_is_all_cost_over_all_size_and_the_rise_is_to_the_target():
    ladder = DCA.ladder({"maximum": 4}, start())
    one = ladder.start.instrument
    for n, rung in enumerate(ladder.rungs, 1):
        cost = sum(each.cost for each in ladder.rungs[:n])
        size = sum(one.quantity_of(each.steps) for each in ladder.rungs[:n])
        assert rung.average(one) == Decimal(cost) / 10**8 / size
        assert rung.bounce == Decimal(rung.exit_ticks) / rung.ticks - 1
        earned = Decimal(rung.profit) / rung.total
        assert Decimal("0.015") <= earned < Decimal("0.0155")  # 1.5% after both fees, and not a tick more than it takes


def test_a_target_on_the_base_order_asks_for_less_than_one_on_all_of_it():
    on_base, on_total = dca(target_on="base", target_pct="3"), dca(target_on="total", target_pct="3")

    assert [rung.profit // 10**8 for rung in on_base.rungs] == [3, 3, 3]
    assert [round(rung.profit / 10**8) for rung in on_total.rungs] == [3, 6, 9]


@pytest.mark.parametrize("counted_from", ["base", "previous"])
def test_a_ladder_that_comes_to_nothing_or_below_is_refused(counted_from):
    with pytest.raises(LadderRefused, match=r"Safety order \d+ would lie .*% below the base price"):
        deviations("10", "2", 12, counted_from)
    with pytest.raises(LadderRefused, match="at nothing or less"):
        deviations("50", "1", 2, "base")  # exactly 100%


def test_what_it_needs_holds_every_order_at_the_dearest_with_its_fee_and_is_refused_beyond_the_funds():
    ladder = DCA.ladder({"base": "100", "safety": "100", "volume_scale": "2", "maximum": 3}, start())
    fee = Decimal("1.001")

    assert Decimal(ladder.needed) / 10**8 == pytest.approx(100 * Decimal("1.01") * fee + 700 * fee, abs=Decimal("0.2"))
    with pytest.raises(LadderRefused, match=r"It needs 801\.801 USDT, and has 801\.00"):
        DCA.ladder({"base": "100", "safety": "100", "volume_scale": "2", "maximum": 3}, start(funds="801"))


def test_a_stop_above_the_last_safety_order_is_refused():
    assert dca(stop_pct="5").fails_ticks == 9_500
    with pytest.raises(BadParameter, match="stop_pct must lie below the last safety order"):
        dca(stop_pct="4")


def test_81_lines_are_80_intervals_and_3_intervals_are_4_lines():
    by_lines = GRID.ladder({"count": 81, "counted_as": "lines", "below_pct": "30", "above_pct": "30"}, start())
    by_intervals = GRID.ladder({"count": 3, "counted_as": "intervals"}, start())

    assert len(by_lines.rungs) == 80
    assert len(by_intervals.rungs) == 3
    assert "3" in by_intervals.notes[0] and "4" in by_intervals.notes[0]


def test_lines_rise_by_one_distance_or_by_one_ratio():
    assert lines(10_000, 16_000, 3, geometric=False) == [10_000, 12_000, 14_000, 16_000]
    found = lines(10_000, 160_000, 4, geometric=True)
    assert found == [10_000, 20_000, 40_000, 80_000, 160_000]
    ratios = [high / low for low, high in pairwise(lines(9_000, 11_000, 80, geometric=True))]
    assert max(ratios) - min(ratios) < 0.0003  # ticks


def test_a_grid_whose_step_does_not_earn_both_fees_is_refused():
    narrow = {"below_pct": "1", "above_pct": "1", "count": 10}  # 0.2% a step
    with pytest.raises(LadderRefused, match=r"both fees take 0\.200% of it"):
        GRID.ladder(narrow, start(costs=Costs(1_000, 1_000, 0)))
    assert GRID.ladder(narrow, start(costs=Costs(900, 900, 0))).rungs[-1].profit > 0
    exact = {"lower": "100", "upper": "102", "count": 10, "spacing": "arithmetic"}  # the lowest step is 0.2% exactly
    with pytest.raises(LadderRefused, match="Interval 1 "):
        GRID.ladder(exact, start("101", costs=Costs(1_000, 1_000, 0)))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"lower": "90"}, "Say both lower and upper"),
        ({"lower": "90", "upper": "80"}, "lower must be below upper"),
        ({"investment": "10", "count": 20}, "BTC/USDT takes 5 and more"),
        ({"investment": "20000"}, "It needs"),
        ({"count": 2, "below_pct": "90"}, "no more than double"),
    ],
)
def test_a_grid_that_cannot_work_is_refused_in_a_sentence(said, error):
    with pytest.raises((BadParameter, LadderRefused), match=error):
        GRID.ladder(said, start())


def test_quotes_whose_half_spread_a_fee_eats_are_refused():
    narrow = {"least_pct": "0.1", "kappa": "100000"}
    with pytest.raises(LadderRefused, match=r"Half its spread is 0\.100%: a fee takes all of it"):
        manager("inventory_quotes").ladder(narrow, start(costs=Costs(1_000, 1_000, 0)))
    assert manager("inventory_quotes").ladder(narrow, start(costs=Costs(900, 900, 0))).rungs


def test_a_martingale_is_never_unlimited():
    for said in ({"rungs": 0}, {"rungs": 9}, {"loss_limit_pct": "0"}, {"factor": "4"}):
        with pytest.raises(BadParameter):
            MARTINGALE.resolve(said)
    with pytest.raises(LadderRefused, match="losses in a row would take"):
        MARTINGALE.ladder({"loss_limit_pct": "1"}, start(funds="5000"))
    ladder = MARTINGALE.ladder({}, start())
    assert [rung.cost // 10**8 for rung in ladder.rungs] == [200, 400, 801, 1602]


@pytest.mark.parametrize("name", all_managers())
def test_every_manager_can_be_shown_and_says_where_it_fails(name):
    ladder = manager(name).ladder({}, start())

    assert ladder.rungs and 0 < ladder.needed <= ladder.start.funds
    assert len(ladder.fails) > 20
    assert ladder.fails_ticks >= 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dca_ladder", {"maximum": 5, "step_pct": "1.3", "step_scale": "1.4", "volume_scale": "1.7"}),
        ("dca_ladder", {"maximum": 5, "counted_from": "previous", "target_on": "base"}),
        ("spot_grid", {"count": 12, "spacing": "arithmetic"}),
        ("spot_grid", {"count": 12, "spacing": "geometric"}),
    ],
)
def test_what_is_shown_is_what_is_placed_and_filled(name, said):
    """The market opens as it closed and falls through everything; costs are those of the ladder."""
    costs = Costs(800, 1_200, 10)
    markets, terms = candles(100, 100, (100, 100, 60, 60), costs=costs, collar_bps=100)
    sitting = sit(manager(name), said, markets, terms)
    ladder = manager(name).ladder(said, start(costs=costs))
    held = sitting.still_open
    filled = [(int(row["entry_ticks"]), int(row["steps"]), int(row["entry_fee"])) for row in held]
    shown = [(rung.ticks, rung.steps, rung.cost - rung.ticks * rung.steps * ladder.start.unit) for rung in ladder.rungs]

    assert sorted(filled) == sorted(shown)
    assert (sitting.desk[its.HELD], sitting.desk[its.COST]) == (ladder.rungs[-1].held, ladder.rungs[-1].total)
    if name == "dca_ladder":  # the target that rests now is the last one shown
        target = sitting.orders[said["maximum"] + 1]
        assert (target[its.TICKS], target[its.STEPS]) == (ladder.rungs[-1].exit_ticks, ladder.rungs[-1].held)


def test_random_ladders_need_no_more_than_they_say_wherever_the_base_order_fills():
    dice, tried = np.random.default_rng(6), 0
    while tried < 60:
        said = {p.name: p.grid()[dice.integers(len(p.grid()))] for p in DCA.parameters if p.name != "stop_pct"}
        opens = round(float(100 + dice.uniform(-3, 1)), 2)
        try:
            ladder = DCA.ladder(said, start(funds="100000", costs=Costs(500, 1_000, 5)))
        except LadderRefused:
            continue
        tried += 1
        markets, terms = candles(
            *(100, (opens, 101, opens, opens), (opens, opens, 0.01, 0.01), 0.01),
            costs=Costs(500, 1_000, 5),
            collar_bps=100,
            capital="100000",
        )
        spent = ladder.start.funds - sit(DCA, said | {"loss_limit_pct": "0"}, markets, terms).desk[its.CASH]
        assert 0 < spent <= ladder.needed


def test_billionths_of_the_base_price_round_to_the_buyers_side():
    assert factors([Decimal("0.3333333333333")]) == [E9 * 6_666_666_666_667 // 10**13]
