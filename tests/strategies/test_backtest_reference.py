"""The compiled engine against others: a slow one in Decimal, its own source uncompiled, the brackets of the fill rules,
and the gate that sizes for bots. Over seeded random markets, to the last digit.
"""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from cryptouniverse.kernel.market import MINOR_PER_UNIT, Bars, Instrument, Timeframe
from strategies.backtest.engine import compiled, loop, rows
from strategies.backtest.engine.markets import Market, Markets
from strategies.backtest.engine.result import CAUSES
from strategies.backtest.engine.running import run
from strategies.backtest.engine.swings import _over
from strategies.backtest.engine.terms import Size, Sizing, Terms
from strategies.catalog.asking import KEEP
from tests.strategies.backtest_stage import BTC, ETH, HUNDRED, terms
from tests.strategies.markets import START_MS
from tests.strategies.slow_engine import SlowEngine
from trading.fills import Bar, Bracket, BreakEven, OrderSpec, Target, Trail, start, step
from trading.fills.types import Costs
from trading.risk.gate import judge
from trading.risk.sizing.reading import read_sizing
from trading.risk.types import Approved, Book, Limits, Measures, Proposal, Results
from trading.risk.types import Sizing as RiskSizing

BARS = 160
SEEDS = range(24)
FINE = Instrument("binance:DOGE/USDT", "DOGE", "USDT", Decimal("0.00001"), Decimal("0.001"))  # many steps an entry


def random_market(dice, instrument, *, swing=0.02):
    """A walk with gaps at the opens, a few filled bars, and prices between a cent and a hundred thousand dollars."""
    price = 10.0 ** dice.uniform(0, 5)
    close = price * np.exp(dice.normal(0, swing, BARS).cumsum())
    open_ = np.concatenate(([price], close[:-1])) * np.exp(dice.normal(0, swing / 3, BARS))
    wick = 1 + np.abs(dice.normal(0, swing / 2, (2, BARS)))
    high, low = np.maximum(open_, close) * wick[0], np.minimum(open_, close) / wick[1]
    ticks = [
        np.maximum(np.rint(line / float(instrument.tick)), 1).astype(np.int64) for line in (open_, high, low, close)
    ]
    open_ms = START_MS + Timeframe.H1.ms * np.arange(BARS, dtype=np.int64)
    bars = Bars(instrument.id, Timeframe.H1, instrument.tick, open_ms, *ticks, np.ones(BARS), dice.random(BARS) < 0.05)
    return Market(instrument, bars)


def with_finer(dice, market):
    """The market with the quarters of its hours: some are missing, and one reaches the high, one the low."""
    bars, rows = market.bars, BARS * 4
    middle = np.repeat((bars.high + bars.low) // 2, 4)
    high, low = middle + 1, np.maximum(middle - 1, 1)
    hours = np.arange(BARS) * 4
    high[hours + dice.integers(0, 4, BARS)], low[hours + dice.integers(0, 4, BARS)] = bars.high, bars.low
    open_ms = START_MS + Timeframe.M15.ms * np.arange(rows, dtype=np.int64)
    columns = (open_ms, middle, high, low, middle, np.ones(rows), dice.random(rows) < 0.05)
    finer = Bars(bars.instrument_id, Timeframe.M15, bars.tick, *columns)
    return replace(market, finer=finer[dice.random(rows) > 0.05])


def inside(market):
    """(high, low) of the finer candles of each bar, None for those that are missing."""
    one, rows = market.instrument, [[None] * 4 for _ in range(BARS)]
    for candle in range(len(finer := market.finer or ())):
        if not finer.filled[candle]:
            at = int(finer.open_ms[candle] - START_MS) // Timeframe.M15.ms
            rows[at // 4][at % 4] = one.price_of(finer.high[candle]), one.price_of(finer.low[candle])
    return rows


def random_asks(dice):
    stances = np.repeat(dice.integers(-1, 2, BARS), dice.integers(1, 9, BARS))[:BARS].astype(np.int8)
    before = np.concatenate(([0], stances[:-1]))
    return np.where(stances != before, stances, KEEP).astype(np.int8)


def random_terms(dice):
    sizing = [Sizing.FIXED, Sizing.SHARE, Sizing.RISK][dice.integers(3)]
    size = Size(sizing, amount=Decimal(int(dice.integers(10, 30_000))), percent=Decimal(int(dice.integers(1, 100))))
    return Terms(
        costs=Costs(int(dice.integers(0, 2_000)), int(dice.integers(0, 2_000)), int(dice.integers(0, 30))),
        size=size,
        stop_bps=int(dice.integers(10, 900)) if sizing is Sizing.RISK or dice.random() < 0.7 else 0,
        target_bps=int(dice.integers(20, 2_000)) if dice.random() < 0.7 else 0,
        collar_bps=int(dice.integers(0, 300)),
        positions_max=int(dice.integers(1, 4)),
        position_pct=Decimal(int(dice.integers(5, 101))),
        risk_pct=Decimal(int(dice.integers(1, 101))) / 10,
        daily_loss_pct=HUNDRED,
        shorts=True,
        borrow_pct=Decimal(int(dice.integers(0, 4)) * 25),
    )


def in_decimal(market):
    one, bars = market.instrument, market.bars
    lines = (bars.open, bars.high, bars.low, bars.close)
    return [(*(one.price_of(line[i]) for line in lines), not bars.filled[i]) for i in range(len(bars))]


def as_slow(result):
    def trade(row):
        one = result.instruments[row["asset"]]
        price, money = one.price_of, Decimal(int(row["profit"])) / MINOR_PER_UNIT
        size = one.quantity_of(row["steps"])
        met = (price(row["mae_ticks"]), price(row["mfe_ticks"]))
        place = (row["asset"], row["side"], size, row["entry_bar"], row["exit_bar"])
        return (*place, price(row["entry_ticks"]), price(row["exit_ticks"]), money, CAUSES[row["cause"]], *met)

    return [trade(row) for row in result.closed]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slow_engine_in_decimal_gets_the_same_trades_and_the_same_equity(seed):
    dice = np.random.default_rng([7, seed])
    instruments = [BTC, ETH][: int(dice.integers(1, 3))]
    each = [random_market(dice, one) for one in instruments]
    asked, chosen = [random_asks(dice) for _ in each], random_terms(dice)
    result = run(Markets(each), asked, chosen)
    slow = SlowEngine(instruments, chosen)
    slow.run([in_decimal(market) for market in each], asked)

    if "ruin" not in {trade[8] for trade in as_slow(result)}:  # the slow one knows no ruin
        assert as_slow(result) == slow.trades
        assert [Decimal(int(minor)) / MINOR_PER_UNIT for minor in result.equity] == slow.equity


def test_and_where_finer_candles_tell_whether_stop_or_target_came_first():
    both = settled = 0
    for seed in range(10):
        dice = np.random.default_rng([9, seed])
        each = [with_finer(dice, random_market(dice, one)) for one in (BTC, ETH)]
        asked, size = [random_asks(dice) for _ in each], Size(Sizing.FIXED, amount=Decimal(1_000))
        chosen = replace(random_terms(dice), size=size, stop_bps=60, target_bps=60, collar_bps=300, positions_max=2)
        result = run(Markets(each), asked, chosen)
        slow = SlowEngine([BTC, ETH], chosen)
        slow.run([in_decimal(market) for market in each], asked, [inside(market) for market in each])

        assert as_slow(result) == slow.trades
        both, settled = both + result.both, settled + result.settled
    assert both > settled > 30


def test_compiled_and_plain_the_loop_writes_the_same(monkeypatch):
    def arrays(walk):
        monkeypatch.setattr(compiled, "walk", walk)
        found = []
        for seed in range(6):
            dice = np.random.default_rng([8, seed])
            each = [random_market(dice, one) for one in (BTC, ETH)]
            each = [with_finer(dice, market) for market in each] if seed > 2 else each
            moves = {"trail_bps": 300, "break_even_bps": 200, "time_stop_bars": 12} if seed % 2 else {}
            chosen = replace(random_terms(dice), stop_bps=200, target_bps=200, **moves)
            found.append(run(Markets(each), [random_asks(dice), random_asks(dice)], chosen))
        return found

    fast, plain = arrays(compiled.walk), arrays(loop.walk)

    for one, other in zip(fast, plain, strict=True):
        assert len(one.trades)
        assert one.hash == other.hash


@pytest.mark.parametrize("seed", range(12))
def test_a_stop_that_moves_moves_as_a_bracket_of_the_fill_rules(seed):
    dice = np.random.default_rng([9, seed])
    market, costs = random_market(dice, BTC), Costs(500, 1_000, 5)
    chosen = terms(
        costs=costs,
        collar_bps=10_000,
        stop_bps=600,
        target_bps=int(dice.choice([0, 900])),
        trail_bps=int(dice.choice([0, 400])),
        break_even_bps=int(dice.choice([0, 250])),
        time_stop_bars=int(dice.choice([0, 9])) or 40,
    )
    asked = np.where(np.arange(BARS) % 20 == 5, 1, KEEP).astype(np.int8)
    asked[np.arange(BARS) % 20 == 4] = 0

    bars = market.bars
    for trade in run(Markets([market]), [asked], chosen).closed:
        at, first = trade["entry_bar"], trade["entry_bar"] - 1
        close, steps = int(bars.close[first]), int(trade["steps"])
        target = close + close * chosen.target_bps // 10_000
        spec = Bracket(
            entry=OrderSpec("limit", 1, steps, limit_ticks=2 * close, time_in_force="IOC"),
            stop_ticks=int(trade["stop_ticks"]),
            targets=(Target(target, steps),) if chosen.target_bps else (),
            trail=Trail(delta_bps=chosen.trail_bps) if chosen.trail_bps else None,
            break_even=BreakEven(after_bps=chosen.break_even_bps) if chosen.break_even_bps else None,
            time_stop_bars=chosen.time_stop_bars,
        )
        assert _ends(spec, bars, at, close, costs, trade)


def _ends(spec, bars, at, last, costs, trade):
    """Whether the bracket, walked bar by bar, ends as the trade did, unless the strategy asked it to leave before."""
    state = start(spec, last)
    for i in range(at, len(bars)):
        if bars.filled[i]:
            continue
        if CAUSES[trade["cause"]] == "signal" and i == trade["exit_bar"]:
            return True
        line = (bars.open[i], bars.high[i], bars.low[i], bars.close[i])
        state, fills = step(spec, state, Bar(*map(int, line)), costs)
        if i == at and fills[0].ticks != trade["entry_ticks"]:
            return False
        for fill in fills[1:] if i == at else fills:
            return (i, fill.ticks, fill.cause) == (trade["exit_bar"], trade["exit_ticks"], CAUSES[trade["cause"]])
    return False


def random_limits(dice):
    return Limits(
        whitelist=None,
        order_notional_max=Decimal(int(dice.integers(10, 200_000))),
        position_notional_max=Decimal(10**9),
        position_pct_max=Decimal(int(dice.integers(1, 101))),
        risk_per_trade_pct=Decimal(int(dice.integers(1, 60))) / 10,
        daily_loss_pct_max=Decimal(5),
        open_positions_max=10,
        quote_age_s_max=10,
        collar_bps=int(dice.integers(0, 300)),
    )


def read_pair(method, **numbers):
    sizing = read_sizing({"method": method, **numbers})
    return sizing, Size.of_bot(sizing)


def told(dice, sizing, coin, price):
    """What a method looks at: measures, results, and the trades that come to those results."""
    atr = max(coin.tick, (price * Decimal(int(dice.integers(1, 10**4))) / 10**6).quantize(coin.tick))
    measures = Measures(atr=atr, volatility_pct=Decimal(int(dice.integers(1, 10**12))) / 10**8, candles=100)
    count = int(dice.integers(8, 13)) if sizing.method == "kelly" else 0
    trades = np.zeros((count, len(rows.TRADE_COLUMNS)), dtype=np.int64)
    trades[:, 2], trades[:, 5] = 1_000, dice.integers(10_000, 90_000, count)
    trades[:, 7] = dice.integers(0, 10**6, count)
    trades[:, 10] = dice.integers(-(10**9), int(1.5 * 10**9), count)
    made = [Decimal(int(t[10])) / int(t[2] * t[5] * coin.minor_per_tick_step + t[7]) for t in trades[-10:]]
    won, lost = [one for one in made if one > 0], [-one for one in made if one <= 0]
    return measures, Results(len(won), len(lost), sum(won, Decimal(0)), sum(lost, Decimal(0))), trades


def swing_of(size, measures, coin):
    over, times = _over(size, coin)
    swing = measures.atr if size.sizing is Sizing.ATR else measures.volatility_pct
    return times, int(swing * MINOR_PER_UNIT) * over


@pytest.mark.parametrize("coin", [BTC, FINE], ids=["coarse", "fine"])
@pytest.mark.parametrize("seed", [*range(240), 24_598, 25_192])  # the last two are told apart by what is rounded down
def test_an_entry_is_sized_as_the_gate_sizes_it_for_a_bot(seed, coin):
    dice = np.random.default_rng([10, seed])
    price = Decimal(int(dice.integers(100, 10_000_000 if coin is BTC else 50_000))) * coin.tick
    capital = Decimal(int(dice.integers(10**10, 10**15 if coin is BTC else 10**13))) / MINOR_PER_UNIT
    stop_bps, risk = int(dice.integers(10, 3_000)), Decimal(int(dice.integers(1, 100))) / 10
    limits = random_limits(dice)
    methods = {
        Sizing.RISK: (RiskSizing("risk", {"percent": risk}), Size(Sizing.RISK, percent=risk)),
        Sizing.SHARE: (RiskSizing("percent", {"percent": risk * 10}), Size(Sizing.SHARE, percent=risk * 10)),
        Sizing.FIXED: (RiskSizing("fixed", {"amount": risk * 300}), Size(Sizing.FIXED, amount=risk * 300)),
        Sizing.VOLATILITY: read_pair("volatility_target", percent=risk * 10),
        Sizing.ATR: read_pair("atr_risk", percent=risk / 10, multiple=Decimal(int(dice.integers(1, 20))) / 10),
        Sizing.KELLY: read_pair("kelly", fraction=Decimal(int(dice.integers(1, 100))) / 100, trades=10),
    }
    wanted, size = methods[list(Sizing)[seed % len(Sizing)]]
    measures, results, trades = told(dice, wanted, coin, price)
    told_too = {"sizing": wanted, "measures": measures, "results": results}
    proposal = Proposal(None, coin, price, Decimal(0), stop_bps, 900, Decimal(0), **told_too)
    answer = judge(proposal, Book(capital, capital, capital, Decimal(1), 0), limits)

    chosen = Terms(
        capital=capital,
        size=size,
        stop_bps=stop_bps,
        target_bps=900,
        collar_bps=limits.collar_bps,
        risk_pct=limits.risk_per_trade_pct,
        position_pct=limits.position_pct_max,
        order_max=limits.order_notional_max,
    )
    account, book = np.zeros(rows.ACCOUNT, dtype=np.int64), np.zeros((1, rows.BOOK), dtype=np.int64)
    account[[rows.CASH, rows.EQUITY, rows.DAY_START]] = chosen.capital_minor
    book[0, [rows.UNIT, rows.LEAST, rows.CLOSE]] = (
        coin.minor_per_tick_step,
        5 * MINOR_PER_UNIT,
        coin.ticks_nearest(price),
    )
    account[rows.COUNT] = len(trades)
    book[0, rows.TIMES], book[0, rows.SWING] = swing_of(size, measures, coin)
    loop.decide(chosen.row(), account, book, trades, 0, 0, 1)

    if isinstance(answer, Approved):
        assert coin.quantity_of(book[0, rows.WANT_STEPS]) == answer.quantity
        assert coin.price_of(book[0, rows.WANT_LIMIT]) == answer.limit_price
        assert coin.price_of(book[0, rows.WANT_STOP]) == answer.stop_price
        assert coin.price_of(book[0, rows.WANT_TARGET]) == answer.target_price
        assert Decimal(int(book[0, rows.WANT_RESERVED])) / MINOR_PER_UNIT == answer.reserved
    else:
        assert book[0, rows.WANT] == 0


def test_without_costs_a_run_earns_more_and_prices_ten_times_as_high_earn_the_same():
    dice = np.random.default_rng(11)
    market, asked = random_market(dice, BTC), random_asks(dice)
    higher = replace(
        market.bars, **{name: getattr(market.bars, name) * 10 for name in ("open", "high", "low", "close")}
    )
    finer = replace(BTC, step=BTC.step / 10)
    chosen = terms(collar_bps=100, stop_bps=500, target_bps=700, costs=Costs(1_000, 1_000, 0))
    free, costly = run(Markets([market]), [asked], chosen.at_cost(0)), run(Markets([market]), [asked], chosen)
    scaled = run(Markets([Market(finer, higher)]), [asked], chosen)

    assert free.equity[-1] > costly.equity[-1]
    assert list(free.trades["entry_bar"]) == list(costly.trades["entry_bar"])
    assert abs(scaled.equity[-1] / costly.equity[-1] - 1) < 0.01
