"""Bots that keep orders: the ring's fills beside those of the same manager in a backtest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from aiengine.autopilot.cycle import run_cycle
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from strategies.backtest.engine.managing.running import Sitting
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.terms import Terms
from strategies.bots.services import create_bot
from strategies.catalog import desk as its
from strategies.catalog.registry import manager
from strategies.managing.models import Desk
from tests.trading.desk import trader
from trading.execution.models import Fill
from trading.marketdata.selectors import bars_of, instrument
from trading.portfolio.models import LotClose

WIDE = {
    "position_pct_max": 100,
    "order_notional_max": 1_000_000,
    "position_notional_max": 1_000_000,
    "risk_per_trade_pct": 100,
    "daily_loss_pct_max": 100,
}
HOUR = Timeframe.H1


def given_manager(name, ids, *, funds="5000", cash="100000", email=None, **parameters):
    """A bot that runs a manager, in a portfolio of its own with wide limits."""
    portfolio = trader(email or f"{name}@example.com", cash=cash, practice="10000000", **WIDE)
    return bot_of(portfolio, name, ids, funds=funds, **parameters)


def bot_of(portfolio, name, ids, *, funds="5000", **parameters):
    return create_bot(
        owner=portfolio.owner,
        portfolio=portfolio,
        strategy=name,
        parameters=parameters,
        timeframe=HOUR,
        instruments=list(ids),
        allocation=funds,
    )


def work(slots):
    """The ring, slot by slot, at the close of each."""
    with without_kick():
        for slot_ms in slots:
            with clock.at(clock.from_ms(slot_ms + HOUR.ms)):
                run_cycle(timeframe=HOUR, slot_ms=slot_ms)


def engine(bot, name, slots):
    """The same manager in a backtest over the same slots: (fills, closes of lots, equity gained, cash, held)."""
    bars = bars_of(name, HOUR, start_ms=slots[0], end_ms=slots[-1] + 1)
    seen, chosen = [], manager(bot.strategy)

    def step(numbers, table, state, desk, orders):
        for row in orders[orders[:, its.GOT] > 0].tolist():
            opened_ms = int(desk[its.NOW_MS]) - HOUR.ms
            seen.append((opened_ms, "buy" if row[its.SIDE] > 0 else "sell", row[its.PRICE], row[its.GOT]))
        return chosen.step(numbers, table, state, desk, orders)

    terms = Terms(capital=bot.allocation / len(bot.instruments))
    markets = Markets([Market(instrument(name), bars)])
    sitting = Sitting(replace(chosen, step=step), bot.parameters, markets, terms, compiled=False)
    sitting.walk_to(markets.bars)
    closes = [(int(markets.open_ms[row["exit_bar"]]), int(row["steps"]), int(row["profit"])) for row in sitting.closed]
    one = instrument(name)
    fills = [(ms, side, one.price_of(ticks), one.quantity_of(steps)) for ms, side, ticks, steps in seen]
    gained = int(sitting.equity[-1]) - terms.capital_minor
    return fills, closes, gained, sitting


def assert_alike(bot, slots):
    """Every fill, every lot that was closed, and what the portfolio is worth: the same to the last digit."""
    gained, count = 0, 0
    for name in bot.instruments:
        fills, closes, more, sitting = engine(bot, name, slots)
        mine = Fill.objects.filter(bot_id=bot.public_id, instrument_id=name).order_by("sequence")
        assert sorted(mine.values_list("slot_ms", "side", "price", "quantity")) == sorted(fills), (bot.strategy, name)
        assert sorted(_closed(bot, name)) == sorted(closes)
        desk = Desk.objects.get(bot=bot, instrument_id=name)
        assert (desk.cash, desk.held) == (int(sitting.desk[its.CASH]), int(sitting.desk[its.HELD]))
        assert desk.cost == int(sitting.desk[its.COST])
        gained, count = gained + more, count + len(fills)
    bot.portfolio.refresh_from_db()
    assert bot.portfolio.equity - bot.portfolio.start_cash == Decimal(gained) / MINOR_PER_UNIT
    return count


def _closed(bot, name):
    step, slots = instrument(name).step, dict(Fill.objects.values_list("public_id", "slot_ms"))
    rows = LotClose.objects.filter(lot__position__bot_id=bot.public_id, lot__position__instrument_id=name)
    for fill_id, quantity, profit in rows.values_list("fill_id", "quantity", "profit"):
        yield slots[fill_id], int(quantity / step), int(profit * MINOR_PER_UNIT)
