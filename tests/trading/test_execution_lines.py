"""A bot's lines meet a bar as a backtest's table of orders does: drawn at few prices, so that much of it touches."""

import numpy as np
import pytest

from cryptouniverse.kernel.market import Side
from strategies.backtest.engine.managing import columns as own
from strategies.backtest.engine.managing import kernel
from strategies.catalog import desk as its
from tests.trading.desk import BTC, slot
from trading.execution.lines import meet_lines
from trading.execution.types import Candle, Line, WorkingOrder
from trading.fills.types import Costs

KINDS = {its.LIMIT: "limit", its.MARKET: "market", its.STOP: "stop"}
COSTS = Costs(1_000, 2_000, 700)  # slippage of a tick or two at these prices
ROUNDS = 400


def drawn(dice):
    """A bar, what is held, and a table of orders as a manager may have it after a close."""
    low = int(dice.integers(90, 100))
    high = int(dice.integers(low, 110))
    open_, close, last = (int(price) for price in dice.integers(low, high + 1, 3))
    held = int(dice.integers(0, 4))
    desk, orders = np.zeros(own.WIDTH, dtype=np.int64), its.empty(6)
    desk[its.CASH], desk[its.HELD], desk[its.CLOSE], desk[its.UNIT] = 10**15, held, last, 10**8
    desk[its.MAKER_PPM], desk[its.TAKER_PPM] = COSTS.maker_ppm, COSTS.taker_ppm
    desk[its.COLLAR_BPS], desk[own.SLIPPAGE_BPS] = 300, COSTS.slippage_bps
    loose = held
    for place in range(6):
        side, kind = dice.choice([its.BUY, its.SELL]), dice.choice([its.LIMIT, its.LIMIT, its.MARKET])
        steps = 1 if side == its.BUY else min(loose, 1)
        loose -= steps if side == its.SELL else 0
        its.put(orders, place, side, kind, 0 if kind == its.MARKET else int(dice.integers(88, 112)), steps, 0)
    if dice.random() < 0.5:
        its.put(orders, 5, its.SELL, its.STOP, int(dice.integers(88, 100)), 1, 0)
    kernel.take(desk, orders)
    return Candle(BTC, open_, high, low, close), desk, orders


def lines_of(orders):
    for place, row in enumerate(orders.tolist()):
        if row[its.STEPS] > 0:
            price = BTC.price_of(row[its.TICKS]) if row[its.TICKS] else None
            stops = row[its.KIND] == its.STOP
            order = WorkingOrder(
                place, None, place, 1, None, None, BTC.id, "entry", BTC.quantity_of(row[its.STEPS]),
                None if stops else price, price if stops else None, None, 0, slot(0),
            )  # fmt: skip
            side = Side.BUY if row[its.SIDE] == its.BUY else Side.SELL
            yield Line(order, place + 1, side, KINDS[row[its.KIND]], place, 0, bool(row[its.TAKES]), True)


@pytest.mark.parametrize("seed", [1, 2])
def test_lines_meet_a_bar_as_the_backtests_table_does(seed):
    dice, fills = np.random.default_rng(seed), 0
    for _round in range(ROUNDS):
        candle, desk, orders = drawn(dice)
        held = int(desk[its.HELD])
        met = meet_lines(list(lines_of(orders)), held=held, candle=candle, costs=COSTS)
        lots, trades = np.zeros((64, own.LOT), dtype=np.int64), np.zeros((64, 15), dtype=np.int64)
        lots[0, [own.LOT_STEPS, own.LOT_TICKS]], desk[own.LAST] = (held, 90), min(held, 1)
        bar = (0, candle.open, candle.high, candle.low, candle.close)
        desk[: its.CASH], desk[own.SLIP] = bar, COSTS.slippage_bps
        kernel.survey(desk, orders)
        kernel.meet(desk, orders, lots, trades)

        got = {place: (row[its.GOT], row[its.PRICE]) for place, row in enumerate(orders.tolist()) if row[its.GOT]}
        assert {one.line.place: (one.steps, one.ticks) for one in met.fills} == got, candle
        assert met.held == desk[its.HELD]
        fills += len(got)
    assert fills > ROUNDS
