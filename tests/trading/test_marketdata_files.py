"""Candle files: what is taken, and what is refused whole, with row and reason."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from tests.trading.marketdata_cast import DAY_ONE, HOUR, candles, csv_file, with_value
from trading.marketdata.book_files import book_file
from trading.marketdata.errors import CandlesRefused, FundingRefused
from trading.marketdata.file_names import file_name
from trading.marketdata.files import BOOKS, FUNDING, candle_files, named, read_candle_file
from trading.marketdata.funding_files import funding_named
from trading.marketdata.types import CandleColumns

HEADER = "ts,open,high,low,close,volume"


def _read(path) -> CandleColumns:
    return read_candle_file(named(path))


def _same(one: CandleColumns, other: CandleColumns) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in CandleColumns.__slots__)


@pytest.mark.parametrize(
    ("name", "row", "value", "reason"),
    [
        ("high", 4, float("nan"), "high is not a number"),
        ("volume", 4, float("inf"), "volume is not a number"),
        ("low", 0, 0.0, "low is not above zero"),
        ("close", 9, -3.0, "close is not above zero"),
        ("volume", 2, -0.1, "volume is below zero"),
        ("high", 5, 1.0, "high is below low"),
        ("open", 6, 9999.0, "open is outside low and high"),
        ("close", 47, 9999.0, "close is outside low and high"),
        ("open_ms", 3, DAY_ONE + 3 * HOUR + 1, "its time is not on the 1h grid"),
        ("open_ms", 3, 1_704_070_800, "its time is not in UTC milliseconds"),
    ],
)
def test_what_cannot_be_a_candle_refuses_the_file_with_its_row(tmp_path, name, row, value, reason):
    path = csv_file(tmp_path, with_value(candles(), name, row, value))

    with pytest.raises(CandlesRefused) as refusal:
        _read(path)

    assert (refusal.value.row, told(refusal.value.reason)) == (row + 1, reason)


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("", 0, "cannot be read"),
        (HEADER + "\n", 0, "no candles"),
        ("ts,open,high,low,close\n1704067200000,1,1,1,1\n", 0, "columns missing: volume"),
        ("when,open,high,low,close,volume\n1,1,1,1,1,1\n", 0, "columns missing: ts"),
        (f"{HEADER}\n1704067200000,1,1,1,1,1\n1704070800000,1,one,1,1,1\n", 2, "cannot be read"),
        (f"{HEADER}\n1704067200000,1,1,1,1,1\n1704070800000,1,1\n", 2, "cannot be read"),
        (f"{HEADER}\n1704067200000,1,1,1,1,1\nyesterday,1,1,1,1,1\n", 2, "neither UTC milliseconds nor ISO"),
        (f"{HEADER}\n1704067200000,1,1,1,1,1\n1704067200000,1,2,1,1,1\n", 2, "repeats a candle"),
        (f"{HEADER}\n1704067200000,,1,1,1,1\n", 1, "open is not a number"),
    ],
)
def test_a_malformed_csv_is_refused_with_row_and_reason(tmp_path, text, row, reason):
    path = tmp_path / "binance_BTC-USDT_1h.csv"
    path.write_text(text)

    with pytest.raises(CandlesRefused, match=reason) as refusal:
        _read(path)

    assert refusal.value.row == row


@pytest.mark.parametrize("name", ["BTC.csv", "binance_BTCUSDT_1h.csv", "binance_BTC-USDT_7h.csv", "x_A-B_1h.txt"])
def test_a_name_that_does_not_say_what_is_in_it_is_refused(tmp_path, name):
    with pytest.raises(CandlesRefused):
        named(tmp_path / name)


@pytest.mark.parametrize(
    "written", ["2024-01-01T{:02}:00:00Z", "2024-01-01 {:02}:00:00", "2024-01-01T{:02}:00:00+00:00"]
)
@pytest.mark.parametrize("column", ["timestamp", "date"])
def test_times_may_be_iso_8601(tmp_path, written, column):
    rows = [f"{written.format(hour)},1,2,1,2,3" for hour in range(3)]
    path = tmp_path / "binance_BTC-USDT_1h.csv"
    path.write_text("\n".join([HEADER.replace("ts", column), *rows]))

    assert _read(path).open_ms.tolist() == [DAY_ONE, DAY_ONE + HOUR, DAY_ONE + 2 * HOUR]


def test_rows_in_any_order_and_identical_repeats_are_the_same_candles(tmp_path):
    path = csv_file(tmp_path, candles())
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(rows), rows[3], rows[3]]))

    assert _same(_read(path), candles())


def test_parquet_and_csv_of_the_same_candles_read_the_same(tmp_path):
    series = candles()
    columns = {"ts" if name == "open_ms" else name: getattr(series, name) for name in CandleColumns.__slots__}
    pa.parquet.write_table(pa.table(columns), tmp_path / "binance_BTC-USDT_1h.parquet")

    assert _same(_read(tmp_path / "binance_BTC-USDT_1h.parquet"), _read(csv_file(tmp_path, series)))


def test_a_parquet_file_cut_short_is_refused(tmp_path, real_data):
    path = tmp_path / "binance_BTC-USDT_1h.parquet"
    path.write_bytes((real_data / "ohlcv" / path.name).read_bytes()[:-100])

    with pytest.raises(CandlesRefused, match="cannot be read"):
        _read(path)


def test_folders_and_globs_name_their_candle_files_once(tmp_path):
    for name in ("b_A-B_1h.csv", "a_A-B_1h.parquet", "b_A-B_books.csv", "b_A-B_funding.csv", "notes.txt"):
        (tmp_path / name).touch()

    found = candle_files([tmp_path, f"{tmp_path}/*_1h.csv", tmp_path / "b_A-B_1h.csv"])

    assert [path.name for path in found] == ["a_A-B_1h.parquet", "b_A-B_1h.csv"]
    assert [path.name for path in candle_files([tmp_path], ending=BOOKS)] == ["b_A-B_books.csv"]
    assert [path.name for path in candle_files([tmp_path], ending=FUNDING)] == ["b_A-B_funding.csv"]


def test_every_real_series_is_accepted_with_its_oddities(real_data):
    files = [named(path) for path in candle_files([real_data / "ohlcv"])]

    lows = {(file.name.instrument_id, file.timeframe): read_candle_file(file).low.min() for file in files}

    assert lows["coinbase:BTC/USD", Timeframe.D1] == 0.06
    assert lows["coinbase:ETH/USD", Timeframe.D1] == 0.10
    assert len(lows) == 29


@pytest.mark.parametrize(
    ("stem", "instrument", "what"),
    [
        ("binance_BTC-USDT_1h", "binance:BTC/USDT", "1h"),
        ("binance_BTC-USDT_USDT_1h", "binance:BTC/USDT:USDT", "1h"),
        ("okx_ETH-USDC_USDC-261225_books", "okx:ETH/USDC:USDC-261225", "books"),
        ("binance_BTC-USDT_USDT-261225-60000-P_1m", "binance:BTC/USDT:USDT-261225-60000-P", "1m"),
        ("binance_XRP-USDT_USDT-261225-0.55-C_books", "binance:XRP/USDT:USDT-261225-0.55-C", "books"),
    ],
)
def test_a_name_says_the_pair_or_the_contract(stem, instrument, what):
    name = file_name(Path(f"{stem}.csv"))

    assert (name.instrument_id, name.what) == (instrument, what)
    assert name.underlying == instrument[: instrument.index(":") + 1] + f"{name.base}/{name.quote}"
    said = book_file if what == "books" else lambda path: named(path).name.instrument_id
    assert said(Path(f"{stem}.parquet")) == instrument


@pytest.mark.parametrize(
    ("stem", "why"),
    [
        ("binance_BTC-USD_BTC_1h", "no contract that is known here"),
        ("binance_BTC-USDT_USDT-20261225_1h", "no contract that is known here"),
        ("binance_BTC-USDT_USDT-261225-60000_1h", "no contract that is known here"),
        ("binance_BTC-USDT_USDT-261225-60000-X_1h", "no contract that is known here"),
        ("binance_BTC-USDT_USDT-261325_1h", "has a day that there is not"),
        ("binance_BTC-USDT_USDT-261225-60000-P_3h", "timeframe 3h is not one of"),
        ("binance_BTC-USDT_USDT-261225_", "the name must be"),
        ("binance_BTC-USDT_usdt_1h", "the name must be"),
        ("binance_BTC-USDT_USDT_books", "the name must be"),
    ],
)
def test_a_name_of_a_contract_that_is_not_known_here_is_refused_with_the_reason(stem, why):
    with pytest.raises(CandlesRefused) as refused:
        named(Path(f"{stem}.csv"))

    assert why in told(refused.value.reason, str)


def test_funding_of_a_perpetual_s_file_is_its_coin_s_and_other_contracts_have_none():
    assert funding_named(Path("binance_BTC-USDT_USDT_funding.csv")) == ("binance", "binance:BTC/USDT")
    for stem, why in (
        ("BTC-USDT_USDT-261225", "only perpetuals have"),
        ("BTC-USD_BTC", "is no contract that is known"),
    ):
        with pytest.raises(FundingRefused) as refused:
            funding_named(Path(f"binance_{stem}_funding.csv"))
        assert why in told(refused.value.reason, str)
