"""Reading an exchange over a real socket that speaks Binance's public API."""

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from socket import socket

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from tests.trading.marketdata_cast import HOUR, http_exchange
from trading.exchanges.errors import ExchangeUnavailable, UnknownExchange
from trading.exchanges.services import candle_history, exchange_reader
from trading.exchanges.types import ExchangeCandle
from trading.marketdata import models
from trading.marketdata.selectors import bars_of, coverage, instrument
from trading.marketdata.types import FOREVER_MS, MarketSource

NOW = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
START = clock.to_ms(NOW - timedelta(days=60)) // HOUR * HOUR


def _symbol(base: str, tick: str, step: str) -> dict[str, object]:
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000.00", "tickSize": tick},
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": "9000.00", "stepSize": step},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
    ]
    names = {"symbol": f"{base}USDT", "baseAsset": base, "quoteAsset": "USDT", "permissionSets": [["SPOT"]]}
    return {**names, "status": "TRADING", "isSpotTradingAllowed": True, "filters": filters}


class Binance:
    """Public routes of Binance with hourly candles to NOW, at most `page` a call and none in `hole`."""

    def __init__(self, *, page: int = 1000, hole: range = range(0), zero_at: int = -1) -> None:
        self.page, self.hole, self.zero_at = page, hole, zero_at

    def __call__(self, path: str, query: dict[str, str]) -> tuple[int, object]:
        if path.endswith("/exchangeInfo"):
            symbols = [_symbol("BTC", "0.01000000", "0.00001000"), _symbol("DOGE", "0.00000500", "0.50000000")]
            return 200, {"timezone": "UTC", "rateLimits": [], "exchangeFilters": [], "symbols": symbols}
        if path.endswith("/time"):
            return 200, {"serverTime": clock.to_ms(NOW)}
        if path.endswith("/klines"):
            return 200, self._klines(int(query["startTime"]), int(query.get("endTime", 2**60)))
        return 404, {"code": -1, "msg": "no such route"}

    def _klines(self, start_ms: int, end_ms: int) -> list[list[object]]:
        numbers = range((start_ms - START) // HOUR, min((end_ms - START) // HOUR, 60 * 24) + 1)
        there = [n for n in numbers if n >= 0 and n not in self.hole][: self.page]
        return [self._kline(n) for n in there]

    def _kline(self, number: int) -> list[object]:
        low = "0.00000000" if number == self.zero_at else "60000.10000000"
        prices = ["60000.10000000", "60010.99000000", low, "60005.55000000", "12.34567000"]
        return [START + number * HOUR, *prices, START + (number + 1) * HOUR - 1, "1", 1, "1", "1", "0"]


def _history(exchange: Binance) -> list[ExchangeCandle]:
    with http_exchange(exchange) as address:
        reader = exchange_reader(venue="binance", public_url=address)
        end_ms = START + 1440 * HOUR
        return candle_history(reader=reader, symbol="BTC/USDT", timeframe=Timeframe.H1, start_ms=START, end_ms=end_ms)


@pytest.mark.parametrize("page", [1000, 700, 100])
def test_fewer_rows_than_asked_for_is_not_the_end_of_data(page):
    assert [candle.open_ms for candle in _history(Binance(page=page))] == [START + n * HOUR for n in range(1440)]


def test_an_empty_page_is_not_the_end_of_data():
    opens = [candle.open_ms for candle in _history(Binance(hole=range(1100)))]

    assert opens == [START + n * HOUR for n in range(1100, 1440)]


def test_prices_arrive_to_the_last_digit_and_a_price_of_zero_is_no_price():
    history = _history(Binance(zero_at=5))

    assert history[0][1:] == tuple(map(Decimal, ("60000.1", "60010.99", "60000.1", "60005.55", "12.34567")))
    assert len(history) == 1439
    assert START + 5 * HOUR not in {candle.open_ms for candle in history}


def test_units_come_from_the_exchange_as_powers_of_ten():
    with http_exchange(Binance()) as address:
        markets = exchange_reader(venue="binance", public_url=address).markets(["BTC/USDT", "DOGE/USDT", "NO/USDT"])

    units = {symbol: (market.tick, market.step, market.min_notional) for symbol, market in markets.items()}
    assert units == {
        "BTC/USDT": (Decimal("0.01"), Decimal("0.00001"), Decimal(5)),
        "DOGE/USDT": (Decimal("0.000001"), Decimal(1), Decimal(5)),
    }


def test_recorded_replies_are_read_as_they_were_sent(real_data):
    cases = json.loads((real_data / "exchanges" / "ccxt_unified_binance_kraken.json").read_text())["cases"]
    body = [c for c in cases if c["exchange"] == "binance" and c["method"] == "fetch_ohlcv"][-1]["http_response"]
    known = Binance()
    with http_exchange(lambda path, query: (200, body) if path.endswith("/klines") else known(path, query)) as address:
        reader = exchange_reader(venue="binance", public_url=address)
        candles = reader.candles("BTC/USDT", Timeframe.M1, start_ms=body[0][0], limit=len(body))

    assert candles == [ExchangeCandle(row[0], *map(Decimal, row[1:6])) for row in body]


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (418, {"code": -1003, "msg": "banned"}), (429, {}), (200, "<html>"), (451, {"code": 0, "msg": "here"})],
)
def test_an_exchange_that_gives_no_answer_is_unavailable(status, body):
    with http_exchange(lambda _path, _query: (status, body)) as address, pytest.raises(ExchangeUnavailable):
        exchange_reader(venue="binance", public_url=address).markets(["BTC/USDT"])


def test_an_exchange_that_hangs_is_out_of_reach_in_time():
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        reader = exchange_reader(venue="binance", public_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        began = time.monotonic()

        assert reader.reachable(within_s=0.3) is False
        assert time.monotonic() - began < 2


def test_an_exchange_that_answers_is_within_reach_and_a_closed_port_is_not():
    with http_exchange(Binance()) as address:
        reader = exchange_reader(venue="binance", public_url=address)
        assert reader.reachable(within_s=3) is True

    assert reader.reachable(within_s=3) is False


def test_an_unknown_exchange_is_refused_and_ccxts_log_stays_quiet():
    with pytest.raises(UnknownExchange):
        exchange_reader(venue="mtgox")

    exchange_reader(venue="kraken")
    assert logging.getLogger("ccxt").getEffectiveLevel() >= logging.INFO


@pytest.mark.django_db
def test_fetched_candles_are_stored_with_the_exchanges_units_and_without_the_forming_one():
    out = StringIO()
    with http_exchange(Binance(hole=range(7, 9))) as address, clock.at(NOW):
        call_command("fetch_candles", "BTC/USDT", public_url=address, stdout=out)

    btc = instrument("binance:BTC/USDT")
    bars = bars_of(btc.id, Timeframe.H1, start_ms=0, end_ms=FOREVER_MS)
    assert (btc.tick, btc.step, len(bars)) == (Decimal("0.01"), Decimal("0.00001"), 1438)
    assert coverage(btc.id, Timeframe.H1).gaps == [(START + 7 * HOUR, START + 9 * HOUR)]
    assert models.Instrument.objects.get().source == MarketSource.FETCHED
    assert "1438 added, 0 changed, 1 gaps" in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_to_do_without_internet():
    with pytest.raises(CommandError, match=r"cannot be reached from here\. Import candles instead"):
        call_command("fetch_candles", public_url="http://127.0.0.1:9")
