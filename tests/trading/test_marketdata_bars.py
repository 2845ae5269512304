"""Reading candles: what was stored, gaps marked, damage seen."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel.market import Timeframe
from tests.trading.marketdata_cast import BTC, DAY_ONE, HOUR, candles, given_candles, with_value, without
from trading.marketdata import models
from trading.marketdata.days import KnownDays, known_days
from trading.marketdata.errors import CandlesDamaged, UnknownInstrument
from trading.marketdata.packing import PackedDay
from trading.marketdata.selectors import bars_of, bars_of_many, coverage, instrument, instruments
from trading.marketdata.types import FOREVER_MS

pytestmark = pytest.mark.django_db
ETH = "binance:ETH/USDT"


def _bars(name: str = BTC, **window):
    return bars_of(name, Timeframe.H1, **{"start_ms": 0, "end_ms": FOREVER_MS} | window)


def test_a_window_holds_its_start_and_not_its_end():
    given_candles()

    bars = _bars(start_ms=DAY_ONE + 20 * HOUR, end_ms=DAY_ONE + 30 * HOUR)

    assert bars.open_ms.tolist() == [DAY_ONE + hour * HOUR for hour in range(20, 30)]


@pytest.mark.parametrize("window", [(0, DAY_ONE), (DAY_ONE + 5, DAY_ONE + 6), (DAY_ONE + HOUR, DAY_ONE + HOUR), (9, 3)])
def test_a_window_without_candles_is_empty(window):
    given_candles()

    assert len(_bars(start_ms=window[0], end_ms=window[1])) == 0
    assert len(_bars(start_ms=window[0], end_ms=window[1]).close_f) == 0


def test_many_instruments_are_read_in_two_queries_and_in_one_when_known():
    given_candles()
    given_candles(candles(30, seed=2), instrument=ETH)
    known_days.clear()

    for queries in (2, 1):
        with CaptureQueriesContext(connection) as asked:
            bars = bars_of_many([BTC, ETH], Timeframe.H1, start_ms=0, end_ms=FOREVER_MS)
        assert sum("SELECT" in query["sql"] for query in asked) == queries
        assert [len(bars[BTC]), len(bars[ETH])] == [48, 30]


def test_an_instrument_without_candles_of_that_timeframe_has_empty_bars():
    given_candles()

    bars = bars_of(BTC, Timeframe.D1, start_ms=0, end_ms=FOREVER_MS)

    assert (len(bars), bars.tick) == (0, instrument(BTC).tick)
    assert coverage(BTC, Timeframe.D1).count == 0


def test_a_name_that_is_not_listed_is_not_found():
    given_candles()

    for ask in (lambda: instrument("x:Y/Z"), lambda: _bars("x:Y/Z"), lambda: _bars("binance:BTC/USD")):
        with pytest.raises(UnknownInstrument):
            ask()
    assert list(instruments(["x:Y/Z", BTC])) == [BTC]


def test_gaps_are_filled_only_when_asked_flat_without_volume_and_marked():
    given_candles(without(candles(), 10, 11))

    bars = _bars(fill_gaps=True)

    assert (len(_bars()), len(bars)) == (46, 48)
    assert np.flatnonzero(bars.filled).tolist() == [10, 11]
    for price in (bars.open, bars.high, bars.low, bars.close):
        assert price[10] == price[11] == bars.close[9]
    assert bars.volume[10] == bars.volume[11] == 0.0


def test_nothing_is_filled_before_the_first_candle_or_after_the_last():
    given_candles(without(candles(48), 0, 1, 46, 47))

    bars = _bars(start_ms=DAY_ONE, end_ms=DAY_ONE + 48 * HOUR, fill_gaps=True)

    assert (bars.open_ms[0], bars.open_ms[-1]) == (DAY_ONE + 2 * HOUR, DAY_ONE + 45 * HOUR)
    assert not bars.filled.any()


def test_bars_cannot_be_written_to():
    given_candles()

    with pytest.raises(ValueError, match="read-only"):
        _bars().close[0] = 1


def test_a_change_by_another_process_is_seen_at_once():
    given_candles()
    before = _bars().high[5]

    given_candles(with_value(candles(), "high", 5, 400.0))

    assert before != _bars().high[5] == 40_000


@pytest.mark.parametrize(
    "change", ["floor = floor + 1", "packed = overlay(packed placing '\\x00ff' from 9)", "day = day + 9"]
)
def test_a_damaged_day_is_never_read_as_prices(change):
    given_candles(candles(24))
    known_days.clear()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE trading_marketdata_candleday SET {change}")

    with pytest.raises(CandlesDamaged):
        _bars()


def test_days_are_remembered_within_a_bound_the_least_used_dropped_first():
    days = {(row, 0): PackedDay(row, 1, 1, b"", bytes(600), 0) for row in range(3)}
    known = KnownDays(bytes_max=2_500)

    known.keep({(0, 0): days[0, 0], (1, 0): days[1, 0]})
    known.find([(0, 0)])
    known.keep({(2, 0): days[2, 0]})

    assert known.find(days).keys() == {(0, 0), (2, 0)}


def test_minor_units_are_whole_for_every_instrument():
    given_candles()
    given_candles(candles(24), instrument=ETH)

    assert all(one.minor_per_tick_step >= 1 for one in instruments().values())
    assert models.Instrument.objects.filter(units_given=True).count() == 0
