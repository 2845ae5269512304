"""Contracts of an exchange over a real socket: listed, with candles and books, in sizes of the coin.

The bodies are written by hand after the exchanges' documentation of their public routes (Binance's fapi and eapi, OKX's
v5); none was recorded.
"""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Timeframe
from tests.trading.marketdata_cast import candles, csv_file, http_exchange
from tests.trading.test_exchanges_reader import Binance
from tests.trading.test_marketdata_funding import perpetual
from trading.exchanges.services import exchange_reader
from trading.exchanges.types import ExchangeBook
from trading.marketdata import models
from trading.marketdata.selectors import books_between, instrument, instruments
from trading.marketdata.services import fetch_books

D = Decimal
NOW = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
DAY = datetime(2026, 12, 25, 8, tzinfo=UTC)
SPOT, SWAP = "BTC/USDT", "BTC/USDT:USDT"
FUTURE, PUT = f"{SWAP}-261225", f"{SWAP}-261225-60000-P"
DEPTHS = {
    "/fapi/v1/depth": {"lastUpdateId": 1, "T": 7, "bids": [["60000.1", "2.5"]], "asks": [["60000.3", "0.004"]]},
    "/eapi/v1/depth": {"u": 1, "T": 7, "bids": [["1450", "3.1"], ["1445", "8"]], "asks": [["1500", "0.02"]]},
}


class Contracts(Binance):
    """Binance with a perpetual, a future and a put beside its pairs; what each route was asked is kept."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def __call__(self, path, query):
        self.asked.append(path)
        if path in DEPTHS:
            return 200, DEPTHS[path]
        if path == "/fapi/v1/exchangeInfo":
            dated = perpetual("BTC", "USDT", "USDT", "CURRENT_QUARTER")
            dated |= {"symbol": "BTCUSDT_261225", "deliveryDate": clock.to_ms(DAY)}
            there = [perpetual("BTC", "USDT", "USDT"), dated, perpetual("ETH", "USDT", "USDT") | {"status": "SETTLING"}]
            return 200, {"timezone": "UTC", "rateLimits": [], "symbols": there}
        if path == "/eapi/v1/exchangeInfo":
            return 200, {"timezone": "UTC", "optionContracts": [], "optionAssets": [], "optionSymbols": [self._put()]}
        if path == "/eapi/v1/klines":
            rows = self._klines(int(query["startTime"]), int(query.get("endTime", 2**60)))
            names = ("openTime", "open", "high", "low", "close", "volume")
            return 200, [dict(zip(names, row, strict=False)) for row in rows]
        return super().__call__(path, query)

    def _kline(self, number):
        opens, *_prices, ends, volume, count, base, quote, rest = super()._kline(number)
        return [opens, "60000", "60010", "59990", "60005", "12.3", ends, volume, count, base, quote, rest]

    def _put(self):
        return {
            "symbol": "BTC-261225-60000-P",
            "side": "PUT",
            "strikePrice": "60000.00000000",
            "underlying": "BTCUSDT",
            "quoteAsset": "USDT",
            "expiryDate": clock.to_ms(DAY),
            "unit": 1,
            "minQty": "0.01",
            "priceScale": 0,
            "quantityScale": 2,
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "5", "maxPrice": "90000", "tickSize": "5"},
                {"filterType": "LOT_SIZE", "minQty": "0.01", "maxQty": "1000", "stepSize": "0.01"},
            ],
        }


def okx(path, query):
    """A perpetual of OKX, of which one contract is a hundredth of a coin."""
    if path == "/api/v5/public/instruments" and query["instType"] == "SWAP":
        names = {"instId": "BTC-USDT-SWAP", "instFamily": "BTC-USDT", "uly": "BTC-USDT", "instType": "SWAP"}
        terms = {"settleCcy": "USDT", "ctVal": "0.01", "ctValCcy": "BTC", "ctMult": "1", "ctType": "linear"}
        units = {"tickSz": "0.1", "lotSz": "0.1", "minSz": "0.1", "state": "live", "baseCcy": "", "quoteCcy": ""}
        return 200, {"code": "0", "msg": "", "data": [{**names, **terms, **units}]}
    if path == "/api/v5/market/books":
        sides = {"bids": [["60000", "250", "0", "4"]], "asks": [["60000.1", "3", "0", "1"]]}
        return 200, {"code": "0", "msg": "", "data": [{**sides, "ts": "7"}]}
    return 200, {"code": "0", "msg": "", "data": []}


def test_each_kind_of_contract_is_listed_by_its_own_symbol_with_units_of_the_coin():
    with http_exchange(Contracts()) as address:
        markets = exchange_reader(venue="binance", public_url=address).markets(
            [SPOT, SWAP, FUTURE, PUT, "ETH/USDT:USDT", f"{SWAP}-261226"]
        )

    units = {symbol: (one.tick, one.step, one.min_notional) for symbol, one in markets.items()}
    assert units == {
        SPOT: (D("0.01"), D("0.00001"), D(5)),
        SWAP: (D("0.1"), D("0.001"), D(5)),
        FUTURE: (D("0.1"), D("0.001"), D(5)),
        PUT: (D(1), D("0.01"), D(0)),
    }
    assert {(one.base, one.quote) for one in markets.values()} == {("BTC", "USDT")}


def test_without_contracts_nothing_but_pairs_is_asked_for():
    exchange = Contracts()
    with http_exchange(exchange) as address:
        exchange_reader(venue="binance", public_url=address).markets([SPOT, "DOGE/USDT"])
    assert not [path for path in exchange.asked if "/fapi" in path or "/eapi" in path]


def test_sizes_in_contracts_become_sizes_of_the_coin():
    with http_exchange(okx) as address:
        reader = exchange_reader(venue="okx", public_url=address)
        book, market = reader.book(SWAP, depth=5), reader.markets([SWAP])[SWAP]

    assert book == ExchangeBook(((D(60_000), D("2.50")),), ((D("60000.1"), D("0.03")),))
    assert (market.tick, market.step) == (D("0.1"), D("0.001"))


@pytest.mark.parametrize("symbol", ["BTC/USD:BTC", "BTC/USDT:USDC", f"{SWAP}-261325", f"{SWAP}-261225-60000"])
def test_inverse_and_unknown_contracts_are_refused_before_anything_is_asked(symbol):
    exchange = Contracts()
    with http_exchange(exchange) as address:
        reader = exchange_reader(venue="binance", public_url=address)
        for ask in (
            lambda: reader.markets([SPOT, symbol]),
            lambda: reader.book(symbol, depth=5),
            lambda: reader.candles(symbol, Timeframe.H1, start_ms=0, limit=5),
        ):
            with pytest.raises(Invalid):
                ask()
    assert exchange.asked == []


@pytest.mark.django_db
def test_candles_and_books_of_contracts_are_fetched_by_their_symbols_and_not_unasked():
    out = StringIO()
    with http_exchange(Contracts()) as address, clock.at(NOW):
        call_command("fetch_candles", public_url=address, days=2, stdout=StringIO())
        assert {one.contract for one in instruments().values()} == {None}
        call_command("fetch_candles", SWAP, FUTURE, PUT, public_url=address, days=2, stdout=out)
        names = [f"binance:{symbol}" for symbol in (SWAP, FUTURE, PUT)]
        done = fetch_books(instrument_ids=names, readers=lambda venue: exchange_reader(venue=venue, public_url=address))

    assert out.getvalue().count("48 added") == 3 and f"binance:{PUT}" in out.getvalue()
    assert [done[name].added for name in names] == [1, 1, 1]
    put = instrument(names[2])
    [book] = books_between([put.id], start_ms=0, end_ms=2**53)[put.id]
    assert [(put.price_of(t), put.quantity_of(n)) for t, n in book.bids] == [(D(1450), D("3.1")), (D(1445), D(8))]
    assert put.contract.strike == 60_000 and put.underlying == f"binance:{SPOT}"


@pytest.mark.django_db
def test_files_of_contracts_are_imported_under_their_symbols(tmp_path):
    csv_file(tmp_path, candles(), "binance_BTC-USDT_USDT-261225_1h.csv")
    call_command("import_candles", str(tmp_path), "--no-show", stdout=StringIO())
    books = tmp_path / "binance_BTC-USDT_USDT-261225_books.csv"
    books.write_text("ts,bid_1,bid_size_1,ask_1,ask_size_1\n1704067200000,99.9,1,100.1,2\n")
    out = StringIO()
    call_command("import_books", str(books), stdout=out)

    one = instrument(f"binance:{FUTURE}")
    assert (one.base, one.quote, one.contract.expires_ms) == ("BTC", "USDT", clock.to_ms(DAY))
    assert f"binance:{FUTURE}, 1 books added" in out.getvalue()
    wrong = csv_file(tmp_path, candles(), "binance_BTC-USD_BTC_1h.csv")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_candles", str(wrong), "--no-show", stdout=StringIO(), stderr=err)
    assert "BTC/USD:BTC is no contract that is known here" in err.getvalue()
    assert models.Instrument.objects.count() == 1
