"""A strategy trades in a backtest as it does on paper: the whole ring and the engine agree on every fill and balance."""

import os
from decimal import Decimal

import numpy as np
import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from strategies.backtest.engine.deciding import ask, vetoed
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Terms
from strategies.bots.services import create_bot
from strategies.catalog.registry import all_strategies
from strategies.signals.services import forget_decided
from tests.strategies.markets import given_stored, real_bars
from tests.trading.desk import trader
from trading.execution.models import Fill
from trading.marketdata.selectors import bars_of, instrument

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]

SOAK = bool(os.environ.get("CU_SOAK"))
ASSETS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "LINK", "AVAX", "LTC") if SOAK else ("BTC",)
SLOTS = 6_000 if SOAK else 1_000
WARM = 3_000  # candles before the first slot
CAUSES = {"signal": "exit", "time_stop": "exit"}
MOVES = {"trail_bps": 200, "break_even_bps": 150, "time_stop_candles": 30}


def given_bot(name, ids, suffix="", **moves):
    portfolio = trader(f"{name}{suffix}@example.com".replace("_", "-"), practice="10000000")
    bot = create_bot(
        owner=portfolio.owner,
        portfolio=portfolio,
        strategy=name,
        parameters={},
        timeframe=Timeframe.H1,
        instruments=ids,
        **moves,
    )
    return portfolio, bot


@pytest.fixture
def ring(acme, real_data):
    """Every strategy's bot, and each with a stop that moves, after the ring has worked every slot."""
    markets = [real_bars(real_data, f"{asset}-USDT")[: WARM + SLOTS] for asset in ASSETS]
    given_stored(*markets)
    forget_decided()
    ids = [bars.instrument_id for bars in markets]
    slots = [int(slot) for slot in markets[0].open_ms[WARM:]]
    with without_kick():
        with clock.at(clock.from_ms(slots[0])):
            bots = [(given_bot(name, ids), {}) for name in all_strategies()]
            bots += [(given_bot(name, ids, "-moves", **MOVES), MOVES) for name in all_strategies()]
        for slot_ms in slots:
            with clock.at(clock.from_ms(slot_ms + Timeframe.H1.ms)):
                run_cycle(timeframe=Timeframe.H1, slot_ms=slot_ms)
    return sorted(ids), slots, bots


def engine_run(ids, slots, bot, moves):
    chosen = all_strategies()[bot.strategy]
    bars = {name: bars_of(name, Timeframe.H1, start_ms=0, end_ms=slots[-1] + 1) for name in ids}
    markets = Markets([Market(instrument(name), bars[name][-len(slots) :]) for name in ids])
    asked = []
    for market in markets.each:
        name = market.instrument.id
        silent = DecisionRecord.objects.filter(bot_id=bot.public_id, instrument_id=name, outcome="no_verdict")
        refused = np.isin(market.bars.open_ms, list(silent.values_list("slot_ms", flat=True)))
        one = ask(chosen, chosen.resolve({}), bars[name], start_ms=slots[0])
        asked.append(vetoed(one, ~refused))
    named = {"time_stop_bars" if name == "time_stop_candles" else name: value for name, value in moves.items()}
    terms = Terms(stop_bps=bot.stop_bps, target_bps=bot.target_bps, **named)
    return run(markets, asked, terms)


def engine_fills(result):
    """(slot, instrument, side, cause, price, quantity, fee, profit), in the order of the ring's books."""
    from strategies.backtest.engine.result import CAUSES as NAMES

    for row in result.trades.tolist():
        trade = dict(zip(result.trades.dtype.names, row, strict=True))
        one = result.instruments[trade["asset"]]
        size, at = one.quantity_of(trade["steps"]), result.open_ms
        entered = (int(at[trade["entry_bar"]]), one.id, "buy", "entry", one.price_of(trade["entry_ticks"]), size)
        yield (*entered, money(trade["entry_fee"]), None)
        if trade["exit_bar"] >= 0:
            cause = NAMES[trade["cause"]]
            left = (int(at[trade["exit_bar"]]), one.id, "sell", CAUSES.get(cause, cause))
            yield (*left, one.price_of(trade["exit_ticks"]), size, money(trade["exit_fee"]), money(trade["profit"]))


def money(minor):
    return Decimal(minor) / MINOR_PER_UNIT


def paper_fills(portfolio):
    columns = ("slot_ms", "instrument_id", "side", "cause", "price", "quantity", "fee", "profit")
    return list(Fill.objects.filter(portfolio=portfolio).values_list(*columns))


def test_every_strategy_trades_in_a_backtest_as_it_does_on_paper(ring):
    ids, slots, bots = ring
    traded = 0
    for (portfolio, bot), moves in bots:
        result = engine_run(ids, slots, bot, moves)
        paper = paper_fills(portfolio)

        assert sorted(engine_fills(result), key=str) == sorted(paper, key=str), bot.strategy
        portfolio.refresh_from_db()
        assert money(int(result.equity[-1])) == portfolio.equity
        traded += len(paper)
    assert traded > 20 * len(bots)
