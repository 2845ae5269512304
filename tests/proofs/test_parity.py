"""A strategy trades in a backtest as it does on paper: the whole ring and the engine agree on every fill and cent."""

import os
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest

from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import DecisionRecord
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import MINOR_PER_UNIT, Timeframe
from strategies.backtest.engine.deciding import ask, vetoed
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.result import CAUSES as TRADE_CAUSES
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Size, Terms
from strategies.bots.services import create_bot
from strategies.catalog.beside import Needs, laid_beside
from strategies.catalog.errors import BadParameter
from strategies.catalog.registry import all_strategies
from strategies.signals.models import SignalRecord
from strategies.signals.services import forget_decided
from tests.strategies.markets import given_funding, given_stored, real_bars
from tests.trading.desk import trader
from trading.execution.models import Fill, Order
from trading.marketdata.models import CandleDay, FundingRate, Instrument
from trading.marketdata.selectors import bars_of, funding_of_many, instrument
from trading.risk.sizing.reading import read_sizing

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3_600 if os.environ.get("CU_SOAK") else 600)]

SOAK = bool(os.environ.get("CU_SOAK"))
ASSETS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "LINK", "AVAX", "LTC") if SOAK else ("BTC",)
SLOTS = 2_000 if SOAK else 1_000
WARM = 800  # candles before the first slot
HOLES = 19  # every so many candles of the first asset one is missing
COLUMNS = ("open_ms", "open", "high", "low", "close", "volume", "filled")
CAUSES = {"signal": "exit", "time_stop": "exit"}


class Kind(NamedTuple):
    """A kind of bot. lively: the shortest parameters. limits, moves: of its portfolio and of its stop; terms: the
    same as a backtest says it.
    """

    name: str
    lively: bool
    limits: dict
    moves: dict
    terms: dict
    sizing: dict | None = None  # the strategy's own


WIDE = {"position_pct_max": 100, "order_notional_max": 1_000_000, "position_notional_max": 1_000_000}
WIDE_TERMS = {"position_pct": Decimal(100), "order_max": Decimal(1_000_000)}
ALL = list(all_strategies().values())
KINDS = (
    Kind("usual", False, {}, {}, {}),
    Kind(
        "lively",
        True,
        {**WIDE, "daily_loss_pct_max": "0.05"},
        {},
        {**WIDE_TERMS, "daily_loss_pct": Decimal("0.05")},
        {"method": "atr_risk", "percent": "0.8", "period": 10},
    ),
    Kind(
        "narrow",
        True,
        {**WIDE, "collar_bps": 5},
        {},
        {**WIDE_TERMS, "collar_bps": 5},
    ),
    Kind(
        "moving",
        True,
        {**WIDE, "risk_per_trade_pct": "0.7"},
        {"trail_bps": 200, "break_even_bps": 150, "time_stop_candles": 9},
        {**WIDE_TERMS, "risk_pct": Decimal("0.7"), "trail_bps": 200, "break_even_bps": 150, "time_stop_bars": 9},
        {"method": "volatility_target", "percent": "40"},
    ),
)


def parameters_of(strategy, kind):
    if not kind.lively:
        return strategy.resolve({})
    try:
        return strategy.resolve({parameter.name: parameter.low for parameter in strategy.parameters})
    except BadParameter:
        return strategy.resolve({})


def given_bot(strategy, kind, ids):
    portfolio = trader(f"{strategy.name}-{kind.name}@example.com", practice="10000000", **kind.limits)
    bot = create_bot(
        owner=portfolio.owner,
        portfolio=portfolio,
        strategy=strategy.name,
        parameters=parameters_of(strategy, kind),
        timeframe=Timeframe.H1,
        instruments=ids,
        sizing=kind.sizing,
        **kind.moves,
    )
    return portfolio, bot, kind


def with_holes(bars):
    kept = np.arange(len(bars)) % HOLES != 0
    return replace(bars, **{name: getattr(bars, name)[kept] for name in COLUMNS})


def cast():
    """Every strategy with the usual bot and with one of another kind, in turn; in a soak with all kinds."""
    for number, strategy in enumerate(ALL):
        others = KINDS[1:] if SOAK else [KINDS[1 + number % (len(KINDS) - 1)]]
        yield from ((strategy, kind) for kind in (KINDS[0], *others))


@pytest.fixture
def ring(fresh_tenant, real_data):
    """The cast's bots, after the ring has worked every slot. Instruments of its own: candles are everybody's."""
    real = [real_bars(real_data, f"{asset}-USDT")[: WARM + SLOTS] for asset in ASSETS]
    markets = [replace(bars, instrument_id=bars.instrument_id.replace("binance", "parity")) for bars in real]
    slots = [int(slot) for slot in markets[0].open_ms[WARM:]]
    markets[0] = with_holes(markets[0])
    beside = (
        [] if SOAK else [replace(real_bars(real_data, "ETH-USDT")[: WARM + SLOTS], instrument_id="parity:ETH/USDT")]
    )
    given_stored(*markets, *beside)
    given_funding(*markets)
    forget_decided()
    ids = sorted(bars.instrument_id for bars in markets)  # of several, a run asks the first by name first
    with without_kick():
        with clock.at(clock.from_ms(slots[0])):
            bots = [given_bot(strategy, kind, ids) for strategy, kind in cast()]
        for slot_ms in slots:
            with clock.at(clock.from_ms(slot_ms + Timeframe.H1.ms)):
                run_cycle(timeframe=Timeframe.H1, slot_ms=slot_ms)
    yield ids, slots, bots
    SignalRecord.objects.filter(instrument_id__in=ids).delete()
    stored = {*ids, *(bars.instrument_id for bars in beside)}
    CandleDay.objects.filter(instrument__name__in=stored).delete()
    FundingRate.objects.filter(instrument__name__in=stored).delete()
    Instrument.objects.filter(name__in=stored).delete()


def read(name, slots):
    return bars_of(name, Timeframe.H1, start_ms=0, end_ms=slots[-1] + 1)


def engine_run(ids, slots, bot, kind, chosen=None):
    chosen = chosen or all_strategies()[bot.strategy]
    bars = {name: read(name, slots) for name in ids}
    first = {name: int(one.open_ms.searchsorted(slots[0])) for name, one in bars.items()}
    markets = Markets([Market(instrument(name), bars[name][first[name] :], history=bars[name]) for name in ids])
    asked = []
    for market in markets.each:
        name = market.instrument.id
        silent = DecisionRecord.objects.filter(bot_id=bot.public_id, instrument_id=name, outcome="no_verdict")
        refused = np.isin(market.bars.open_ms, list(silent.values_list("slot_ms", flat=True)))
        own, other = bars[name], chosen.references([name])
        rates = funding_of_many([name], start_ms=0, end_ms=slots[-1] + Timeframe.H1.ms)
        partner = read(other[name], slots) if other else None
        beside = laid_beside(chosen.needs, own, other=partner, funding=rates.get(name))
        one = ask(chosen, parameters_of(chosen, kind), own, start_ms=slots[0], beside=beside)
        asked.append(vetoed(one, ~refused))
    size = Size.of_bot(read_sizing(bot.sizing))
    return run(markets, asked, Terms(stop_bps=bot.stop_bps, target_bps=bot.target_bps, size=size, **kind.terms))


def engine_fills(result):
    """(slot, instrument, side, cause, price, quantity, fee, profit), in the order of the ring's books."""
    for row in result.trades.tolist():
        trade = dict(zip(result.trades.dtype.names, row, strict=True))
        one = result.instruments[trade["asset"]]
        size, at = one.quantity_of(trade["steps"]), result.open_ms
        entered = (int(at[trade["entry_bar"]]), one.id, "buy", "entry", one.price_of(trade["entry_ticks"]), size)
        yield (*entered, money(trade["entry_fee"]), None)
        if trade["exit_bar"] >= 0:
            cause = TRADE_CAUSES[trade["cause"]]
            left = (int(at[trade["exit_bar"]]), one.id, "sell", CAUSES.get(cause, cause))
            yield (*left, one.price_of(trade["exit_ticks"]), size, money(trade["exit_fee"]), money(trade["profit"]))


def money(minor):
    return Decimal(minor) / MINOR_PER_UNIT


def paper_fills(portfolio):
    columns = ("slot_ms", "instrument_id", "side", "cause", "price", "quantity", "fee", "profit")
    return list(Fill.objects.filter(portfolio=portfolio).values_list(*columns))


def test_every_strategy_trades_in_a_backtest_as_it_does_on_paper(ring):
    ids, slots, bots = ring
    traded, by_need = 0, Counter()
    for portfolio, bot, kind in bots:
        result = engine_run(ids, slots, bot, kind)
        paper = paper_fills(portfolio)

        assert sorted(engine_fills(result), key=str) == sorted(paper, key=str), (bot.strategy, kind.name)
        portfolio.refresh_from_db()
        assert money(int(result.equity[-1])) == portfolio.equity
        traded += 0 if Needs.FUNDING in all_strategies()[bot.strategy].needs else len(paper)
        by_need.update(dict.fromkeys(all_strategies()[bot.strategy].needs, len(paper)))
    rules = set(DecisionRecord.objects.values_list("rule", flat=True))
    ends = set(Order.objects.values_list("reason", flat=True))
    assert traded > 20 * sum(Needs.FUNDING not in one.needs for one in ALL)
    assert min(by_need[need] for need in Needs) > 5
    assert rules >= {"daily_loss", "position_share"}
    assert ends >= {"price_collar", "missed_open"}
