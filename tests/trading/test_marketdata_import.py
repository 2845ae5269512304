"""Importing candles: whole or not at all, once, with the gaps said."""

from decimal import Decimal
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from tests.trading.marketdata_cast import (
    BTC,
    DAY_ONE,
    HOUR,
    candles,
    csv_file,
    given_candles,
    with_value,
    without,
)
from trading.marketdata import models
from trading.marketdata.selectors import bars_of, coverage, instrument
from trading.marketdata.services import import_candles
from trading.marketdata.ticks import as_ticks
from trading.marketdata.types import FOREVER_MS

pytestmark = pytest.mark.django_db


def _stored(name: str = BTC, timeframe: Timeframe = Timeframe.H1):
    return bars_of(name, timeframe, start_ms=0, end_ms=FOREVER_MS)


def test_an_imported_file_is_read_back_to_the_last_tick(tmp_path):
    import_candles(paths=[csv_file(tmp_path, candles(100))])

    exact = as_ticks(candles(100), Decimal("0.01"))
    for column, stored in zip(("open_ms", "open", "high", "low", "close", "volume"), exact.columns(), strict=True):
        assert np.array_equal(getattr(_stored(), column), stored)


def test_importing_a_file_again_changes_nothing(tmp_path):
    path = csv_file(tmp_path, candles(100))
    import_candles(paths=[path])
    before = list(models.CandleDay.objects.values())

    again = import_candles(paths=[path]).stored[str(path)]

    assert (again.added, again.changed, again.unchanged) == (0, 0, 100)
    assert list(models.CandleDay.objects.values()) == before


def test_a_changed_candle_replaces_the_stored_one_and_the_report_says_so(tmp_path):
    import_candles(paths=[csv_file(tmp_path, candles())])

    report = import_candles(paths=[path := csv_file(tmp_path, with_value(candles(), "high", 30, 300.0))])

    assert (report.stored[str(path)].changed, report.stored[str(path)].unchanged) == (1, 47)
    assert _stored().high[30] == 30_000


def test_a_file_that_ends_in_mid_day_leaves_the_rest_of_the_day(tmp_path):
    given_candles(candles(48))

    given_candles(candles(5))

    assert len(_stored()) == 48


def test_a_malformed_file_is_refused_whole_and_the_others_are_taken(tmp_path):
    bad = csv_file(tmp_path, with_value(candles(), "low", 40, 0.0), "binance_ETH-USDT_1h.csv")
    good = csv_file(tmp_path, candles())

    report = import_candles(paths=[tmp_path])

    assert list(report.stored) == [str(good)]
    assert [(r.file, r.row, told(r.reason)) for r in report.refused] == [(str(bad), 41, "low is not above zero")]
    assert not models.Instrument.objects.filter(name="binance:ETH/USDT").exists()


def test_a_file_refused_for_its_ticks_leaves_no_trace(tmp_path):
    report = import_candles(paths=[csv_file(tmp_path, candles())], tick=Decimal("0.1"))

    assert report.refused[0].row > 0
    assert models.Instrument.objects.count() == models.CandleDay.objects.count() == 0


def test_a_file_that_is_not_there_is_refused(tmp_path):
    report = import_candles(paths=[tmp_path / "binance_BTC-USDT_1h.parquet"])

    assert report.refused[0].reason == "there is no such file or folder"


def test_gaps_are_listed_and_never_filled_by_themselves(tmp_path):
    path = csv_file(tmp_path, without(candles(96), 3, 4, *range(40, 75)))

    gaps = import_candles(paths=[path]).stored[str(path)].gaps

    assert gaps == [(DAY_ONE + 3 * HOUR, DAY_ONE + 5 * HOUR), (DAY_ONE + 40 * HOUR, DAY_ONE + 75 * HOUR)]
    assert coverage(BTC, Timeframe.H1).gaps == gaps
    assert len(_stored()) == 96 - 37


def test_a_candle_that_has_not_closed_is_left_out(tmp_path):
    with clock.at(clock.from_ms(DAY_ONE + 47 * HOUR + HOUR // 2)):
        stored = given_candles(candles(48))

    assert (stored.added, stored.unclosed) == (47, 1)
    assert _stored().open_ms[-1] == DAY_ONE + 46 * HOUR


def test_a_finer_file_moves_what_is_stored_to_its_tick():
    given_candles(candles(48))
    before = _stored()

    later = given_candles(with_value(candles(24, start_ms=DAY_ONE + 48 * HOUR), "high", 3, 200.00125))

    after = _stored()
    assert (later.rescaled, after.tick, instrument(BTC).tick) == (True, Decimal("0.00001"), Decimal("0.00001"))
    assert np.array_equal(after.close[:48], before.close * 1000)
    assert instrument(BTC).minor_per_tick_step == 1


def test_a_coarser_file_keeps_the_stored_tick():
    given_candles(candles(48))

    given_candles(candles(24, start_ms=DAY_ONE + 48 * HOUR), tick=None)
    whole = candles(1, start_ms=DAY_ONE + 80 * HOUR)
    flat = with_value(with_value(with_value(with_value(whole, "open", 0, 5), "high", 0, 5), "low", 0, 5), "close", 0, 5)
    given_candles(flat)

    assert instrument(BTC).tick == Decimal("0.01")
    assert _stored().close[-1] == 500


def test_given_units_are_kept_and_must_be_powers_of_ten():
    given_candles(tick=Decimal("0.001"), step=Decimal("0.01"))

    assert (instrument(BTC).tick, instrument(BTC).step) == (Decimal("0.001"), Decimal("0.01"))
    with pytest.raises(Invalid):
        given_candles(tick=Decimal("0.0005"))


def test_the_simulated_markets_name_is_its_own(tmp_path):
    report = import_candles(paths=[csv_file(tmp_path, candles(), "sim_BTC-USDT_1h.csv")])

    assert "simulated" in report.refused[0].reason


def test_real_series_come_back_as_they_were_with_their_holes(real_data):
    report = import_candles(paths=[real_data / "ohlcv" / "binance_BTC-USDT_2h.parquet"])

    assert report.refused == []
    assert len(_stored(timeframe=Timeframe.H2)) == 27_881
    assert len(coverage(BTC, Timeframe.H2).gaps) == 18


def test_the_command_reports_candles_gaps_and_rate(tmp_path):
    out = StringIO()

    call_command("import_candles", str(csv_file(tmp_path, without(candles(), 5))), stdout=out)

    assert "47 added" in out.getvalue()
    assert "gap: nothing from 2024-01-01 05:00 to 2024-01-01 06:00" in out.getvalue()
    assert "a second" in out.getvalue()


def test_the_command_fails_with_file_row_and_reason(tmp_path):
    path = csv_file(tmp_path, with_value(candles(), "close", 1, float("nan")))
    err = StringIO()

    with pytest.raises(CommandError):
        call_command("import_candles", str(path), stderr=err)

    assert f"REFUSED {path}, row 2: close is not a number" in err.getvalue()


def test_the_command_says_when_there_is_nothing_to_import(tmp_path):
    with pytest.raises(CommandError, match=r"no .parquet or .csv"):
        call_command("import_candles", str(tmp_path))
