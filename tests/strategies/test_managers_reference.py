"""The kernel of managers against a slow one in Decimal, against `trading.fills`, and against its own source."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from cryptouniverse.kernel.market import MINOR_PER_UNIT
from strategies.backtest.engine.managing.running import manage
from strategies.backtest.engine.result import CAUSES
from strategies.backtest.engine.terms import Terms
from strategies.catalog import desk as its
from strategies.catalog.desk import BUY, LIMIT, MARKET, SELL, STOP, put
from strategies.catalog.managing import Machine
from strategies.catalog.registry import all_managers
from tests.strategies.backtest_stage import BTC
from tests.strategies.managing_stage import coarse, sit, swinging
from tests.strategies.slow_desk import SlowDesk
from trading import fills
from trading.fills import Bar, Lot, OrderSpec, close_fifo
from trading.fills.types import Costs

BARS, SLOTS, SEEDS = 260, 6, 8
NAMES = ["anything", *all_managers()]


def anything(seed):
    """A manager that puts any order anywhere, by the dice of its state: what it does depends on nothing else."""

    def step(numbers, table, state, desk, orders):
        state[1] += 1
        dice = np.random.default_rng([seed, int(state[1])])
        if dice.random() < 0.4:
            return 0
        for slot in dice.choice(SLOTS, int(dice.integers(1, 4)), replace=False):
            side, kind = (BUY, SELL)[dice.integers(2)], (LIMIT, LIMIT, LIMIT, MARKET, STOP)[dice.integers(5)]
            near = max(int(desk[its.CLOSE]) + int(dice.integers(-300, 301)), 1)
            ticks = {LIMIT: near, MARKET: 0, STOP: max(near - 400, 1)}[kind]
            most = (
                int(desk[its.HELD]) if side == SELL else int(desk[its.FUNDS] // (desk[its.CLOSE] * desk[its.UNIT])) // 2
            )
            put(
                orders,
                slot,
                SELL if kind == STOP else side,
                kind,
                ticks,
                int(dice.integers(0, most + 2)),
                int(dice.integers(3)),
            )
        return 1

    def begin(p, start):
        return Machine.of([0], [], state=2, slots=SLOTS)

    return replace(all_managers()["threshold_rebalance"], name="anything", step=step, begin=begin)


def a_run(name, seed):
    dice = np.random.default_rng([4, seed])
    one = [BTC, coarse("0.1", "0.01", "20"), coarse("0.01", "0.00001")][dice.integers(3)]
    markets = swinging(BARS, seed=seed, swing=0.15, noise=0.01, instrument=one, filled=0.05)
    costs = Costs(int(dice.integers(0, 1500)), int(dice.integers(0, 3_000)), int(dice.integers(0, 40)))
    terms = Terms(
        capital=Decimal(int(dice.integers(9_000, 40_000))), costs=costs, collar_bps=int(dice.integers(0, 300))
    )
    return (anything(seed) if name == "anything" else all_managers()[name]), markets, terms


def slowly(manager, markets, terms):
    """Trades, equity and what is left of a run by the slow desk."""
    market = markets.each[0]
    sitting = sit(manager, {}, markets, terms, to=0)  # its machine and an empty desk
    one, bars, desk, orders = market.instrument, market.bars, sitting.desk, sitting.orders
    slow, equity = SlowDesk(one, terms.costs, terms.collar_bps, terms.capital), []
    for i in range(len(bars)):
        if not bars.filled[i]:
            slow.bar = i
            prices = [one.price_of(column[i]) for column in (bars.open, bars.high, bars.low, bars.close)]
            slow.meet(*prices, int(bars.open_ms[i]) + bars.timeframe.ms)
            slow.tell(desk, orders)
            if manager.step(*sitting.machine.tables, desk, orders):
                slow.hear(orders)
            else:
                slow.told = {}
                orders[:, [its.GOT, its.PRICE, its.WHY]] = 0
        equity.append(slow.worth())
    return slow, equity


@pytest.mark.parametrize("name", NAMES)
def test_a_slow_desk_in_decimal_comes_to_the_same_trades_and_the_same_equity(name):
    traded = 0
    for seed in range(SEEDS if name == "anything" else 2):
        manager, markets, terms = a_run(name, seed)
        quick = sit(manager, {}, markets, terms)
        slow, equity = slowly(manager, markets, terms)
        one = markets.each[0].instrument

        assert [Decimal(int(worth)) / MINOR_PER_UNIT for worth in quick.equity] == equity
        assert [
            (
                *(one.quantity_of(row["steps"]), row["entry_bar"], row["exit_bar"]),
                *(one.price_of(row["entry_ticks"]), one.price_of(row["exit_ticks"])),
                *(Decimal(int(row["profit"])) / MINOR_PER_UNIT, CAUSES[row["cause"]]),
            )
            for row in quick.closed
        ] == slow.trades
        traded += len(slow.trades) + len(slow.lots)
    assert traded > (100 if name == "anything" else 0)


def test_a_resting_limit_fills_as_an_order_of_the_fill_rules_does():
    dice = np.random.default_rng(9)
    filled = 0
    for seed in range(60):
        markets = swinging(30, seed=seed, swing=0.2, noise=0.02)
        bars, costs = markets.each[0].bars, Costs(500, 1_000, int(dice.integers(0, 30)))
        limit = int(bars.close[0]) + int(dice.integers(-300, 200))

        def step(numbers, table, state, desk, orders, limit=limit):
            if state[1]:
                return 0
            state[1] = 1
            put(orders, 0, BUY, LIMIT, limit, 1_000, 0)
            return 1

        once = replace(all_managers()["threshold_rebalance"], step=step)
        found = sit(once, {}, markets, Terms(costs=costs)).still_open
        spec = OrderSpec(kind=fills.orders.LIMIT, side=BUY, steps=1_000, limit_ticks=limit)
        state, expected = fills.start(spec, int(bars.close[0])), []
        for i in range(1, len(bars)):
            bar = Bar(*(int(column[i]) for column in (bars.open, bars.high, bars.low, bars.close)))
            state, got = fills.step(spec, state, bar, costs)
            expected += [(i, fill.ticks, fills.cost_of(fill, BTC.minor_per_tick_step, costs)[1]) for fill in got]

        assert [(row["entry_bar"], row["entry_ticks"], row["entry_fee"]) for row in found] == expected
        filled += len(expected)
    assert 20 < filled < 60


def test_lots_are_closed_first_in_first_out_as_the_fill_rules_share_them():
    manager, markets, terms = a_run("inventory_quotes", 5)
    sitting = sit(manager, {}, markets, terms)
    unit, open_lots, at = markets.each[0].instrument.minor_per_tick_step, [], 0
    closed = sitting.closed
    assert len(closed) > 20
    sells = np.unique(np.column_stack((closed["exit_bar"], closed["exit_ticks"])), axis=0)
    bought = sorted({(r["entry_bar"], r["entry_ticks"]) for r in [*closed, *sitting.still_open]})
    sizes = {
        key: [r for r in [*closed, *sitting.still_open] if (r["entry_bar"], r["entry_ticks"]) == key] for key in bought
    }
    for bar, ticks in sells:
        while at < len(bought) and bought[at][0] <= bar:
            rows = sizes[bought[at]]
            steps, fee = sum(int(r["steps"]) for r in rows), sum(int(r["entry_fee"]) for r in rows)
            open_lots.append(Lot(steps, steps * int(bought[at][1]) * unit + fee))
            at += 1
        mine = closed[(closed["exit_bar"] == bar) & (closed["exit_ticks"] == ticks)]
        steps = int(mine["steps"].sum())
        closes, open_lots = close_fifo(open_lots, steps, steps * int(ticks) * unit - int(mine["exit_fee"].sum()))
        assert [(one.steps, one.profit) for one in closes] == [(int(r["steps"]), int(r["profit"])) for r in mine]


def test_several_markets_share_the_capital_and_each_works_alone():
    one = swinging(400, seed=1).each[0]
    other = swinging(400, seed=2, instrument=replace(BTC, id="binance:ETH/USDT")).each[0]
    both = type(swinging(2))([one, other])
    manager = all_managers()["dca_ladder"]
    together = manage(manager, {}, both, Terms(capital=Decimal(20_001)))
    alone = [manage(manager, {}, type(both)([each]), Terms(capital=Decimal("10000.5"))) for each in (one, other)]

    assert np.array_equal(together.equity, alone[0].equity + alone[1].equity)
    assert len(together.trades) == len(alone[0].trades) + len(alone[1].trades)
    assert together.equity[-1] - together.terms.capital_minor == together.trades["profit"].sum()
    assert together.hash != alone[0].hash == manage(manager, {}, alone[0].markets, alone[0].terms).hash


def test_a_run_in_stretches_and_with_little_room_is_the_same_run(monkeypatch):
    from strategies.backtest.engine.managing import running

    manager, markets = all_managers()["spot_grid"], swinging(1_200, swing=0.1)
    whole = manage(manager, {"count": 40}, markets, Terms())
    monkeypatch.setattr(running, "STRETCH", 7)
    monkeypatch.setattr(running, "_LOTS", 1)
    monkeypatch.setattr(running, "_TRADES", 90)

    assert len(whole.trades) > 90
    assert manage(manager, {"count": 40}, markets, Terms()).hash == whole.hash
