"""What a run does in small markets that a person can follow: prices in whole dollars, a position of 1,000."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from cryptouniverse.kernel.market import Bars, Timeframe
from strategies.backtest.engine.markets import Funding, Market, Markets
from strategies.backtest.engine.result import CAUSES
from strategies.backtest.engine.running import run
from strategies.backtest.engine.terms import Size, Sizing, Slippage, SlippageModel, Terms
from strategies.backtest.errors import BadMarket, BadTerms, NoCandles, RunCancelled, RunOverflow
from strategies.catalog.asking import KEEP
from tests.strategies.backtest_stage import BTC, ETH, FREE, asks, market, ran, terms
from trading.fills.types import Costs

CENT = 1_000_000  # minor units


def told(result):
    """(entry bar, exit bar, entry price, exit price, cause) of every trade, in dollars."""
    return [
        (row["entry_bar"], row["exit_bar"], row["entry_ticks"] / 100, row["exit_ticks"] / 100, CAUSES[row["cause"]])
        for row in result.trades
    ]


def dollars(minor):
    return round(int(minor) / 10**8, 2)


def test_what_is_asked_for_at_a_close_meets_the_next_open():
    result = ran(market(100, (100, 111, 99, 110), (120, 121, 119, 120), 130), {"collar_bps": 2_000}, b0=1, b2=0)

    assert told(result) == [(1, 3, 100, 130, "signal")]


def test_equity_is_cash_and_what_is_held_at_each_close():
    result = ran(market(100, (100, 110, 100, 110), (110, 120, 90, 90), 95, 95), b0=1, b2=0)

    assert [dollars(minor) for minor in result.equity] == [10_000, 10_100, 9_900, 9_950, 9_950]
    assert [round(x, 4) for x in result.drawdown] == [0, 0, 0.0198, 0.0149, 0.0149]
    assert [dollars(minor) for minor in result.exposure] == [0, 1_100, 900, 0, 0]


@pytest.mark.parametrize(
    ("bar", "ended"),
    [
        ((100, 125, 89, 100), (1, 2, 100, 90, "stop")),  # both inside: the stop first
        ((85, 125, 80, 100), (1, 2, 100, 85, "stop")),  # a gap through the stop fills at the open
        ((130, 131, 80, 100), (1, 2, 100, 130, "target")),  # a gap through the target too
        ((100, 121, 95, 100), (1, 2, 100, 120, "target")),
        ((100, 120, 91, 100), (1, -1, 100, 100, "open")),  # a target that is touched does not fill
        ((100, 119, 90, 100), (1, 2, 100, 90, "stop")),  # a stop that is touched does
    ],
)
def test_stop_and_target_inside_the_bar(bar, ended):
    result = ran(market(100, 100, bar), {"stop_bps": 1_000, "target_bps": 2_000}, b0=1)

    assert told(result) == [ended]


QUARTERS = {  # of the hour: high and low; how it ends, how far it went against the position, whether they told
    "the target came first": ([(101, 99), (121, 95), (100, 89), (100, 99)], (120, "target"), 5, 1),
    "the stop came first": ([(101, 99), (101, 89), (125, 99), (100, 99)], (90, "stop"), 10, 1),
    "one of them reaches both": ([(101, 99), (125, 89), (101, 99), (100, 99)], (90, "stop"), 10, 0),
    "one is missing before": ([None, (125, 99), (101, 89), (100, 99)], (90, "stop"), 10, 0),
    "one is missing after": ([(125, 99), (101, 89), None, None], (120, "target"), 1, 1),
}


@pytest.mark.parametrize(("quarters", "ended", "against", "settled"), QUARTERS.values(), ids=QUARTERS)
def test_finer_candles_tell_which_of_both_came_first(quarters, ended, against, settled):
    one = with_quarters(market(100, 100, (100, 125, 89, 100)), quarters)
    result = ran(one, {"stop_bps": 1_000, "target_bps": 2_000}, b0=1)

    assert (told(result), result.both, result.settled) == ([(1, 2, 100, *ended)], 1, settled)
    assert result.trades["mae_ticks"][0] == 100 * against


def with_quarters(one, quarters):
    """The market with (high, low) of the quarters of its last hour, in dollars; None for a missing one."""
    there = [number for number, quarter in enumerate(quarters) if quarter]
    open_ms = one.bars.open_ms[-1] + Timeframe.M15.ms * np.array(there)
    high, low = (np.array([quarters[n][side] * 100 for n in there]) for side in (0, 1))
    columns = (open_ms, high, high, low, low, np.ones(len(there)), np.zeros(len(there), dtype=np.bool_))
    return replace(one, finer=Bars(one.instrument.id, Timeframe.M15, one.bars.tick, *columns))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"timeframe": Timeframe.H1}, "candles of 1h do not divide those of 1h"),
        ({"instrument_id": "binance:ETH/USDT"}, "these are candles of binance:ETH/USDT"),
        ({"open_ms": np.array([1])}, "must rise on the grid of 15m"),
    ],
)
def test_finer_candles_that_do_not_fit_are_refused(changed, why):
    one = with_quarters(market(100, 100), [(101, 99), None, None, None])

    with pytest.raises(BadMarket, match=why):
        replace(one, finer=replace(one.finer, **changed))


def test_a_position_meets_the_rest_of_the_bar_that_it_was_entered_in():
    result = ran(market(100, (100, 101, 85, 100), 100), {"stop_bps": 1_000}, b0=1)

    assert told(result) == [(1, 1, 100, 90, "stop")]


def test_after_a_stop_nothing_is_entered_until_it_is_asked_for_again():
    candles = (100, (100, 101, 85, 100), 100, 100, 100, 100)
    result = ran(market(*candles), {"stop_bps": 1_000}, b0=1, b3=1)

    assert [trade[:2] for trade in told(result)] == [(1, 1), (4, -1)]


def test_in_a_filled_bar_nothing_trades_and_nothing_is_asked_for():
    one = market(100, 100, (100, 130, 70, 100), 100, 100, 100, filled=(2,))

    assert told(ran(one, {"stop_bps": 1_000}, b0=1, b2=0)) == [(1, -1, 100, 100, "open")]
    assert told(ran(one, b0=1, b1=0)) == [(1, 3, 100, 100, "signal")]  # an exit waits
    assert ran(one, b1=1).refused == {"missed_open": 1}  # an entry does not


def test_a_missing_candle_is_as_a_filled_one():
    lacking, filled = (market(100, 101, 102, 103, 104, 105, **how) for how in ({"without": (3,)}, {"filled": (3,)}))
    collar = {"collar_bps": 200}
    one, other = ran(lacking, collar, b0=1, b3=0), ran(filled, collar, b0=1, b4=0)

    assert lacking.missing == filled.missing == 1
    assert told(one) == told(other) == [(1, 5, 101, 105, "signal")]


def test_an_entry_pays_no_more_than_its_collar():
    one = market(100, 102, 100)

    assert ran(one, {"collar_bps": 100}, b0=1).refused == {"price_collar": 1}
    assert told(ran(one, {"collar_bps": 200}, b0=1)) == [(1, -1, 102, 100, "open")]


def test_fees_are_the_takers_and_of_a_target_the_makers():
    costs = Costs(maker_ppm=500, taker_ppm=1_000, slippage_bps=100)
    result = ran(market(100, 100, (100, 121, 99, 100)), {"costs": costs, "target_bps": 2_000, "collar_bps": 100}, b0=1)

    [trade] = result.trades
    assert (trade["entry_ticks"], trade["exit_ticks"], trade["steps"]) == (10_100, 12_000, 9_900)
    assert (trade["entry_fee"], trade["exit_fee"]) == (99_990_000, 59_400_000)
    assert trade["profit"] == (12_000 - 10_100) * 9_900 * 1_000 - 99_990_000 - 59_400_000


def test_costs_are_taken_as_many_times_as_said():
    costs = Costs(1_000, 1_000, 10)
    one = {"costs": costs, "collar_bps": 100}
    ends = [ran(market(100, 100, 100, 100), {**one, "cost_times": times}, b0=1, b1=0).equity[-1] for times in (0, 1, 2)]

    assert [dollars(end) for end in ends] == [10_000, 9_996.04, 9_992.08]


def test_a_short_gains_when_the_price_falls():
    result = ran(market(100, 100, 90, 80, 80), {"shorts": True}, b0=-1, b2=0)

    assert told(result) == [(1, 3, 100, 80, "signal")]
    assert [dollars(minor) for minor in result.equity] == [10_000, 10_000, 10_100, 10_200, 10_200]


def test_a_short_is_stopped_above_and_has_its_target_below():
    protected = {"stop_bps": 1_000, "target_bps": 1_000}

    assert told(ran(market(100, 100, (100, 110, 95, 100)), protected, b0=-1)) == [(1, 2, 100, 110, "stop")]
    assert told(ran(market(100, 100, (100, 105, 89, 100)), protected, b0=-1)) == [(1, 2, 100, 90, "target")]


def test_a_position_is_turned_round_at_one_open_with_all_of_its_money():
    all_in = {"size": Size(Sizing.SHARE, percent=Decimal(100)), "order_max": Decimal(100_000)}
    result = ran(market(100, 100, 110, 121, 121), all_in, b0=1, b2=-1)

    assert [trade[:4] for trade in told(result)] == [(1, 3, 100, 121), (3, -1, 121, 121)]
    assert list(result.trades["side"]) == [1, -1]
    assert result.trades["steps"][1] > 90_000


def test_a_short_that_eats_the_account_ends_it():
    all_in = {"size": Size(Sizing.SHARE, percent=Decimal(100)), "order_max": Decimal(100_000)}
    result = ran(market(100, 100, 250, 260, 270), all_in, b0=-1, b3=1)

    assert told(result) == [(1, 2, 100, 250, "ruin")]
    assert dollars(result.equity[-1]) == -5_000
    assert result.refused == {"cash": 1}


def test_a_trailing_stop_follows_and_never_loosens():
    candles = (100, 100, (100, 120, 100, 115), (115, 116, 109, 110), (110, 112, 105, 108))
    result = ran(market(*candles), {"stop_bps": 2_000, "trail_bps": 1_000}, b0=1)

    assert told(result) == [(1, 4, 100, 108, "stop")]


def test_after_its_time_a_position_is_sold_at_the_open():
    result = ran(market(100, 100, 101, 102, 103), {"time_stop_bars": 2}, b0=1)

    assert told(result) == [(1, 3, 100, 102, "time_stop")]


@pytest.mark.parametrize(("side", "came_to"), [(1, -0.3), (-1, 0.3)])
def test_funding_is_paid_by_longs_to_shorts(side, came_to):
    one = market(100, 100, 100, 100, 100)
    rates = Funding(one.bars.open_ms[2:4], np.array([10_000, 20_000]))
    result = ran(Market(one.instrument, one.bars, rates), b0=side)

    assert dollars(result.trades["funding"][0]) == came_to
    assert dollars(result.equity[-1]) == 10_000 + came_to


@pytest.mark.parametrize(("side", "times", "paid"), [(-1, 1, 0.2), (-1, 2, 0.4), (-1, 0, 0), (1, 1, 0)])
def test_who_is_short_at_midnight_pays_for_what_was_lent(side, times, paid):
    one, changed = market(*[100] * 30), {"shorts": True, "borrow_pct": Decimal("7.3"), "cost_times": times}
    result = ran(one, changed, b0=side, b28=0)  # 1,000 USDT, 0.02% a day

    assert dollars(result.trades["funding"][0]) == -paid
    assert dollars(result.equity[-1]) == 10_000 - paid


def test_funding_that_fell_due_before_the_entry_is_not_paid():
    one = market(100, 100, 100)
    rates = Funding(one.bars.open_ms[:2], np.array([10_000, 10_000]))

    assert dollars(ran(Market(one.instrument, one.bars, rates), b0=1).equity[-1]) == 10_000


def test_slippage_grows_with_the_range_or_with_the_size():
    one = market(100, (100, 110, 90, 100), 100, 100)
    ranged = {"collar_bps": 1_000, "slippage": Slippage(SlippageModel.RANGE, range_pct=10)}
    by_volume = {"collar_bps": 1_000, "slippage": Slippage(SlippageModel.VOLUME, impact_bps=1_000)}

    assert ran(one, ranged, b1=1).trades["entry_ticks"][0] == 10_200  # a tenth of a range of 20%
    assert ran(one, by_volume, b1=1).trades["entry_ticks"][0] == 10_909  # 9.09 of 10 units


def test_below_the_smallest_notional_nothing_is_entered():
    assert ran(market(100, 100), {"size": Size(Sizing.FIXED, amount=Decimal("4.99"))}, b0=1).refused == {
        "min_notional": 1
    }


def test_assets_compete_for_the_cash_of_one_account():
    btc, eth = market(100, 100, 100), market(50, 50, 60, instrument=ETH)
    chosen = terms(size=Size(Sizing.FIXED, amount=Decimal(7_000)))
    result = run(Markets([eth, btc]), [asks(btc, b0=1), asks(eth, b0=1)], chosen)

    assert [one.id for one in result.instruments] == ["binance:BTC/USDT", "binance:ETH/USDT"]
    assert [dollars(x) for x in result.trades["steps"] * result.trades["entry_ticks"] * 1_000] == [7_000, 3_000]
    assert dollars(result.equity[-1]) == 10_600


def test_an_asset_that_is_listed_later_trades_from_then_on():
    old = market(100, 100, 100, 100, 100)
    new = market(20, 20, 30, instrument=ETH, start_ms=int(old.bars.open_ms[2]))
    result = run(Markets([old, new]), [asks(old), asks(new, b0=1)], terms())

    assert told(result) == [(3, -1, 20, 30, "open")]


def test_no_more_positions_than_allowed():
    btc, eth = market(100, 100, 100), market(50, 50, 60, instrument=ETH)
    result = run(Markets([btc, eth]), [asks(btc, b0=1), asks(eth, b0=1)], terms(positions_max=1))

    assert (len(result.trades), result.refused) == (1, {"open_positions": 1})


def test_on_a_day_that_lost_too_much_nothing_is_entered():
    candles = (100, 100, 80, 80, 80, *[80] * 20, 80, 80)
    result = ran(market(*candles), {"daily_loss_pct": Decimal(1)}, b0=1, b2=0, b3=1, b24=1)

    assert result.refused == {"daily_loss": 1}
    assert [trade[0] for trade in told(result)] == [1, 25]


def test_excursions_are_what_was_met_while_it_was_held():
    candles = (100, (100, 112, 95, 105), (105, 120, 101, 110), (108, 130, 50, 60))
    [trade] = ran(market(*candles), b0=1, b2=0).trades

    assert (trade["mae_ticks"], trade["mfe_ticks"]) == (500, 2_000)  # of the last bar its open alone


def test_the_worst_of_a_stopped_trade_is_its_stop_and_what_came_after_does_not_count():
    [trade] = ran(market(100, 100, (100, 150, 50, 60)), {"stop_bps": 1_000}, b0=1).trades

    assert (trade["mae_ticks"], trade["mfe_ticks"]) == (1_000, 0)


def test_the_same_run_has_the_same_hash_and_another_candle_another_one():
    candles = [100, 100, 102, 103, 104]
    changed = [*candles[:4], (104, 104, 103, 104)]
    moved = [*candles[:3], 104, 104]

    assert ran(market(*candles), b0=1).hash == ran(market(*candles), b0=1).hash
    assert ran(market(*moved), b0=1).hash != ran(market(*candles), b0=1).hash
    assert ran(market(*changed), b0=1).hash == ran(market(*candles), b0=1).hash  # nothing that it came to changed


def test_a_run_that_is_cancelled_says_how_far_it_was():
    with pytest.raises(RunCancelled, match="after 0 of 2 candles"):
        run(Markets([one := market(100, 100)]), [asks(one)], terms(), is_cancelled=lambda: True)


def test_what_leaves_64_bits_is_refused_with_its_moment():
    rich = replace(BTC, step=Decimal("100000"), tick=Decimal("1000"))
    one = market(1_000, 1_000, 9 * 10**15, instrument=rich)
    all_in = {"capital": Decimal(10**8), "size": Size(Sizing.FIXED, amount=Decimal(10**8)), "order_max": Decimal(10**8)}

    with pytest.raises(RunOverflow, match="binance:BTC/USDT at 2024-01-01 02:00 UTC"):
        ran(one, all_in, b0=1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"capital": Decimal(0)}, "capital"),
        ({"capital": Decimal("NaN")}, "capital"),
        ({"stop_bps": 5}, "stop_bps"),
        ({"stop_bps": -1}, "stop_bps"),
        ({"target_bps": 10**9}, "target_bps"),
        ({"position_pct": Decimal(101)}, "position_pct"),
        ({"positions_max": 0}, "positions_max"),
        ({"stop_bps": 0}, "stop_bps"),
    ],
)
def test_terms_out_of_bounds_are_refused_by_name(changed, field):
    with pytest.raises(BadTerms) as refused:
        Terms(**changed)
    assert refused.value.facts["field"] == field


def test_terms_take_no_float():
    with pytest.raises(TypeError, match="capital"):
        Terms(capital=10_000.0)


def test_markets_that_contradict_themselves_or_each_other_are_refused():
    one = market(100, 101)
    with pytest.raises(BadMarket, match="contradict"):
        market((100, 99, 98, 100))
    with pytest.raises(BadMarket, match="candles of"):
        Market(ETH, one.bars)
    with pytest.raises(BadMarket, match="twice"):
        Markets([one, one])
    with pytest.raises(BadMarket, match="quote currency"):
        Markets([one, market(1, 1, instrument=replace(ETH, quote="EUR"))])
    with pytest.raises(NoCandles):
        Market(BTC, one.bars[:0])
    with pytest.raises(NoCandles):
        Markets([])
    with pytest.raises(BadMarket, match="one int8"):
        run(Markets([one]), [np.full(9, KEEP, dtype=np.int8)], terms(costs=FREE))
