"""Order books: kept once a moment, fetched over a real socket, imported whole or not at all, made where simulated."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import told
from tests.trading.marketdata_cast import BTC, DAY_ONE, candles, given_candles, http_exchange
from tests.trading.test_exchanges_reader import Binance
from trading.exchanges.services import exchange_reader
from trading.fills import Book
from trading.marketdata import models
from trading.marketdata.books import book_of
from trading.marketdata.selectors import bars_of, books_between, books_span, instrument
from trading.marketdata.services import fetch_books, simulate_market, store_books
from trading.marketdata.services.booking import FETCHED_KEPT_MS
from trading.marketdata.simulation import COINS, EPOCH_MS, TIMEFRAME
from trading.marketdata.store import Listing, store_candles
from trading.marketdata.types import MarketSource

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
FILE = "binance_BTC-USDT_books.csv"


def book(at_ms, bid=9_990, ask=10_010):
    return Book(at_ms, ((bid, 50_000), (bid - 10, 7)), ((ask, 40_000),))


def kept(*books, source=MarketSource.IMPORTED):
    return store_books(instrument_id=BTC, source=source, books=books)


@pytest.fixture
def btc():
    given_candles(candles(48))
    return instrument(BTC)


def test_a_moment_has_one_book_for_good_and_reading_begins_with_the_one_before(btc):
    first = kept(book(1_000), book(2_000), book(3_000))
    again = kept(book(2_000), book(3_000, bid=9_980), book(4_000))

    assert (first.added, first.known, first.differing) == (3, 0, 0)
    assert (again.added, again.known, again.differing) == (1, 1, 1)
    assert books_between([BTC], start_ms=2_500, end_ms=4_000)[BTC] == [book(2_000), book(3_000)]
    assert books_between([BTC], start_ms=0, end_ms=1_000) == {BTC: []}
    assert books_span([BTC]) == (1_000, 4_001) and books_span([BTC, "no:NE/SUCH"]) == (1_000, 4_001)


def test_fetched_books_are_forgotten_after_seven_days_and_imported_ones_are_not(btc):
    kept(book(5))
    kept(book(10), source=MarketSource.FETCHED)
    kept(book(11 + FETCHED_KEPT_MS), source=MarketSource.FETCHED)

    assert list(models.OrderBook.objects.order_by("at_ms").values_list("at_ms", flat=True)) == [5, 11 + FETCHED_KEPT_MS]


def test_books_are_the_same_prices_when_the_instrument_gets_a_finer_tick(btc):
    kept(book(1_000))
    before = [
        (btc.price_of(t), btc.quantity_of(n)) for t, n in books_between([BTC], start_ms=0, end_ms=2_000)[BTC][0].asks
    ]
    models.Instrument.objects.filter(name=BTC).update(tick=btc.tick / 100, step=btc.step * 100)
    finer = instrument(BTC)
    after = [
        (finer.price_of(t), finer.quantity_of(n))
        for t, n in books_between([BTC], start_ms=0, end_ms=2_000)[BTC][0].asks
    ]

    assert [price for price, _size in after] == [price for price, _size in before]
    assert all(0 < size <= shown for (_p, size), (_q, shown) in zip(after, before, strict=True))
    models.Instrument.objects.filter(name=BTC).update(step=1)
    assert books_between([BTC], start_ms=0, end_ms=2_000)[BTC] == []  # not one whole step is left of it


def test_prices_between_ticks_go_against_the_taker_and_sizes_to_the_step_below(btc):
    d = Decimal
    found = book_of(
        btc,
        7,
        bids=[(d("99.999"), d("1")), (d("99.991"), d("1"))],
        asks=[(d("100.001"), d("0.0000009"))] * 1 + [(d("100.02"), d("2"))],
    )

    assert [btc.price_of(t) for t, _ in found.bids] == [d("99.99")] and found.bids[0][1] == 2 * btc.steps_down(d(1))
    assert [btc.price_of(t) for t, _ in found.asks] == [d("100.02")]


class Depth(Binance):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def __call__(self, path, query):
        return (200, self.body) if path.endswith("/depth") else super().__call__(path, query)


def test_recorded_books_are_fetched_as_they_were_sent_and_are_as_old_as_the_question(real_data):
    cases = json.loads((real_data / "exchanges" / "ccxt_unified_binance_kraken.json").read_text())["cases"]
    body = next(c["http_response"] for c in cases if c["exchange"] == "binance" and c["method"] == "fetch_order_book")
    listing = Listing(BTC, "BTC", "USDT", MarketSource.FETCHED, Decimal("0.000001"), Decimal("0.01"))
    store_candles(listing=listing, timeframe=TIMEFRAME, candles=candles(2))
    with http_exchange(Depth(body)) as address, clock.at(NOW):
        done = fetch_books(
            instrument_ids=[BTC, "sim:BTC/USDT"], readers=lambda venue: exchange_reader(venue=venue, public_url=address)
        )

    assert done[BTC].added == 1 and len(done) == 1
    [stored] = books_between([BTC], start_ms=0, end_ms=2**53)[BTC]
    assert stored == Book(clock.to_ms(NOW), ((4_000_000, 43_100),), ((4_000_002, 1_200),))


@pytest.mark.parametrize("body", [{"lastUpdateId": 1, "bids": [], "asks": [["1", "1"]]}, {"code": -1, "msg": "no"}])
def test_an_exchange_without_a_book_is_told_and_nothing_is_kept(btc, body):
    with http_exchange(Depth(body)) as address:
        done = fetch_books(instrument_ids=[BTC], readers=lambda venue: exchange_reader(venue=venue, public_url=address))

    assert told(done[BTC], str) and not models.OrderBook.objects.exists()


def test_simulated_books_lie_around_the_close_are_made_when_read_and_are_always_the_same():
    simulate_market(until_ms=EPOCH_MS + 3 * 86_400_000)
    name, span = COINS[0].id, {"start_ms": EPOCH_MS, "end_ms": EPOCH_MS + 48 * TIMEFRAME.ms}
    books, one = books_between([name], **span)[name], instrument(name)
    closes = bars_of(name, TIMEFRAME, **span).close.tolist()

    assert one.simulated and not models.OrderBook.objects.exists()
    assert [found.at_ms % TIMEFRAME.ms for found in books] == [TIMEFRAME.ms - 1_000] * 48
    assert all(found.bids[0][0] < close < found.asks[0][0] for found, close in zip(books, closes, strict=True))
    later = books_between([name], start_ms=EPOCH_MS + 20 * TIMEFRAME.ms, end_ms=EPOCH_MS + 30 * TIMEFRAME.ms)[name]
    assert later == books[19:30]
    assert len({found.asks[0][0] - found.bids[0][0] for found in books}) > 5


def written(folder, *rows, name=FILE):
    path = folder / name
    path.write_text("\n".join(["ts,bid_1,bid_size_1,ask_1,ask_size_1,bid_2,bid_size_2", *rows]))
    return path


def test_a_file_of_books_is_imported_once(btc, tmp_path):
    path = written(tmp_path, f"{DAY_ONE},99.98,1,100.02,2,99.97,3", f"{DAY_ONE + 500},99.98,1,100.02,2,,")
    for said in ("2 books added, 0 known", "0 books added, 2 known"):
        out = StringIO()
        call_command("import_books", str(path), stdout=out)
        assert said in out.getvalue()

    first, second = books_between([BTC], start_ms=0, end_ms=2**53)[BTC]
    assert [len(first.bids), len(second.bids), second.at_ms] == [2, 1, DAY_ONE + 500]


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("binance_BTC-USDT_1h.csv", f"{DAY_ONE},99,1,100,1,,", "the name must be"),
        ("kraken_BTC-USDT_books.csv", f"{DAY_ONE},99,1,100,1,,", "import its candles first"),
        (FILE, f"{DAY_ONE},99,1,98,1,,", "bid below its ask"),
        (FILE, f"{DAY_ONE},99,1,x,1,,", "ask_1 is not a number"),
        (FILE, f"{DAY_ONE},99,-1,100,1,,", "bid_size_1 is not above zero"),
        (FILE, f"{DAY_ONE},,,100,1,,", "levels with a price"),
    ],
)
def test_a_bad_file_is_refused_whole_with_row_and_reason(btc, tmp_path, name, row, reason):
    err = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_books", str(written(tmp_path, f"{DAY_ONE - 900},99,1,100,1,,", row, name=name)), stderr=err
        )

    assert reason in err.getvalue() and not models.OrderBook.objects.exists()
    assert ("row 2" in err.getvalue()) is (name == FILE)
