"""Funding rates are kept once, from files, over a real socket and of the simulated market."""

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS, Timeframe
from tests.api.client import ApiClient
from tests.people import member
from tests.trading.marketdata_cast import (
    BTC,
    DAY_ONE,
    HOUR,
    candles,
    csv_file,
    given_instrument,
    http_exchange,
)
from tests.web.stage import given_market
from trading.exchanges.errors import ExchangeUnavailable
from trading.exchanges.services import exchange_reader
from trading.marketdata.errors import FundingRefused, UnknownInstrument
from trading.marketdata.models import Feed, FundingRate
from trading.marketdata.selectors import bars_of, funding_of_many, funding_spans
from trading.marketdata.services import fetch_funding, simulate_market, store_funding
from trading.marketdata.services.funding import fetch_funding_if_there
from trading.marketdata.simulation import EPOCH_MS
from trading.marketdata.types import MarketSource, StoredFunding

NOW = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)
ETH, SIM = "binance:ETH/USDT", "sim:BTC/USDT"
EIGHT = 8 * HOUR

pytestmark = pytest.mark.django_db


def rates(*shares, first_ms=DAY_ONE, every=EIGHT):
    return [(first_ms + number * every, Decimal(share)) for number, share in enumerate(shares)]


def given_funding(*shares, instrument=BTC, replace=False, **more):
    given_instrument(instrument)
    moments = rates(*shares, **more)
    return store_funding(instrument_id=instrument, moments=moments, source=MarketSource.IMPORTED, replace=replace)


def stored():
    return list(FundingRate.objects.order_by("instrument__name", "at_ms").values_list("at_ms", "rate"))


def test_rates_are_kept_to_the_last_digit_and_once():
    assert given_funding("0.0001", "-0.00002513") == StoredFunding(BTC, added=2)
    assert given_funding("0.0001", "-0.00002513", "0.0003") == StoredFunding(BTC, added=1, unchanged=2)
    assert stored() == rates("0.0001", "-0.00002513", "0.0003")


def test_another_rate_for_a_moment_refuses_all_unless_it_is_to_replace_it():
    given_funding("0.0001", "0.0002")
    with pytest.raises(FundingRefused) as refused:
        given_funding("0.0001", "0.0009", "0.0003")
    assert "2024-01-01 08:00:00" in refused.value.reason and "0.0002" in refused.value.reason
    assert stored() == rates("0.0001", "0.0002")

    assert given_funding("0.0001", "0.0009", "0.0003", replace=True) == StoredFunding(BTC, 1, 1, 1)
    assert stored() == rates("0.0001", "0.0009", "0.0003")


@pytest.mark.parametrize("share", ["1", "-1", "NaN", "Infinity", "2.5"])
def test_what_cannot_be_a_rate_is_refused_by_the_service_and_by_the_table(share):
    with pytest.raises(FundingRefused) as refused:
        given_funding("0.0001", share)
    assert refused.value.row == 2
    given_funding("0.0001")
    if Decimal(share).is_finite():
        with pytest.raises(IntegrityError), transaction.atomic():
            FundingRate.objects.update(rate=Decimal(share))


def test_an_instrument_must_be_listed():
    with pytest.raises(UnknownInstrument):
        store_funding(instrument_id="binance:NO/USDT", moments=rates("0.0001"), source=MarketSource.IMPORTED)


def test_rates_of_many_come_with_one_query_and_as_far_back_as_they_count(django_assert_num_queries):
    given_funding("0.0001", "0.0002", "0.0003", "0.0004", "0.0005")
    given_funding("0.001", instrument=ETH)
    given_instrument("binance:LTC/USDT")
    with django_assert_num_queries(1):
        found = funding_of_many([BTC, ETH, "binance:LTC/USDT", "no:X/Y"], start_ms=DAY_ONE + DAY_MS + 1, end_ms=2**60)
    assert found.keys() == {BTC}, "what has none is left out, and a day later a rate is not known any more"
    assert found[BTC].rates.tolist() == [0.0002, 0.0003, 0.0004, 0.0005]
    until = funding_of_many([BTC, ETH], start_ms=DAY_ONE, end_ms=DAY_ONE + EIGHT)
    assert (until[BTC].at_ms.tolist(), until[ETH].rates.tolist()) == ([DAY_ONE, DAY_ONE + EIGHT], [0.001])
    assert (funding_spans([BTC])[BTC].count, funding_spans(["no:X/Y"])) == (5, {})


def funding_file(folder, text, name="binance_BTC-USDT_funding.csv"):
    path = folder / name
    path.write_text(text)
    return path


def imported(*paths, **options):
    out, err = StringIO(), StringIO()
    try:
        call_command("import_funding", *map(str, paths), stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "ts,rate\n1704067200000,0.0001\n1704096000000,-0.00002513\n",
        "fundingTime,fundingRate\n1704067200000,0.00010000\n1704096000000,-0.00002513\n",
        "date,funding_rate\n2024-01-01 00:00:00,1e-4\n2024-01-01 08:00:00,-0.00002513\n",
    ],
)
def test_files_are_read_as_people_have_them(tmp_path, text):
    given_instrument(BTC)
    out, err = imported(funding_file(tmp_path, text))
    assert ("2 added, 0 changed, 0 unchanged" in out, err) == (True, "")
    assert stored() == rates("0.0001", "-0.00002513")
    assert "0 added, 0 changed, 2 unchanged" in imported(tmp_path)[0]


def test_of_a_folder_each_command_takes_its_own_files(tmp_path):
    csv_file(tmp_path, candles())
    funding_file(tmp_path, "ts,rate\n1704067200000,0.0001\n")
    out = StringIO()
    call_command("import_candles", str(tmp_path), "--no-show", stdout=out)
    assert "48 candles from 1 files" in out.getvalue()
    assert imported(tmp_path)[1] == "" and len(stored()) == 1


def test_a_parquet_file_is_read_too(tmp_path):
    given_instrument(BTC)
    table = pa.table({"ts": [DAY_ONE, DAY_ONE + EIGHT], "rate": [0.0001, -0.00002513]})
    pq.write_table(table, tmp_path / "binance_BTC-USDT_funding.parquet")
    imported(tmp_path)
    assert stored() == rates("0.0001", "-0.00002513")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ts,rate\n1704067200000,0.0001\n1704096000000,many\n", "row 2: its rate is not a number"),
        ("ts,rate\n1704067200000,0.0001\n1704096000000,\n", "row 2: its rate is not a number"),
        ("ts,rate\n1704067200000,0.0001\n1704067200000,0.0002\n", "row 2: it repeats a moment with another rate"),
        ("ts,rate\n1704067200000,1.5\n", "row 1: a rate must be above -1 and below 1"),
        ("ts,rate\n1704067200,0.0001\n", "row 1: its time is not in UTC milliseconds"),
        ("ts,rate\nyesterday,0.0001\n", "neither UTC milliseconds nor ISO 8601"),
        ("ts,rate\n4102444800000,0.0001\n", "row 1: its time has not come yet"),
        ("ts,price\n1704067200000,1\n", "columns missing: rate; it has ts, price"),
        ("ts,rate\n", "there are no funding rates in it"),
    ],
)
def test_a_doubtful_file_is_refused_whole_with_its_row(tmp_path, text, said):
    given_instrument(BTC)
    assert said in imported(funding_file(tmp_path, text))[1]
    assert stored() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("funding.csv", "the name must be EXCHANGE_BASE-QUOTE_funding"),
        ("sim_BTC-USDT_funding.csv", "sim is the simulated market"),
        ("binance_NO-USDT_funding.csv", "import or fetch its candles first"),
    ],
)
def test_a_file_of_nothing_that_is_listed_says_what_to_do(tmp_path, name, said):
    assert said in imported(funding_file(tmp_path, "ts,rate\n1704067200000,0.0001\n", name))[1]


def test_a_rate_that_differs_is_refused_by_the_command_and_replaced_where_that_is_said(tmp_path):
    given_funding("0.0001")
    path = funding_file(tmp_path, "ts,rate\n1704067200000,0.0002\n")
    assert "another rate is stored for 2024-01-01 00:00:00: 0.0001, not 0.0002" in imported(path)[1]
    assert "0 added, 1 changed" in imported(path, replace=True)[0]


def perpetual(base, quote, margin, kind="PERPETUAL"):
    names = {"symbol": f"{base}{quote}", "pair": f"{base}{quote}", "baseAsset": base, "quoteAsset": quote}
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.10", "maxPrice": "1000000", "tickSize": "0.10"},
        {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
        {"filterType": "MIN_NOTIONAL", "notional": "5"},
    ]
    return {**names, "marginAsset": margin, "contractType": kind, "status": "TRADING", "filters": filters}


class Futures:
    """Binance's public routes of perpetuals, with a rate every eight hours from `since_ms` up to NOW: at most `page` a
    call, and of the `days` after its start.
    """

    def __init__(self, *, page=1000, since_ms=0, days=1000):
        self.page, self.since_ms, self.days = page, since_ms, days

    def __call__(self, path, query):
        if path == "/fapi/v1/exchangeInfo":
            there = [perpetual("BTC", "USDT", "USDT"), perpetual("ETH", "USDT", "BTC")]
            return 200, {"timezone": "UTC", "rateLimits": [], "symbols": there}
        if path == "/fapi/v1/fundingRate":
            return 200, self._rates(query)
        return (200, {"serverTime": clock.to_ms(NOW)}) if path.endswith("/time") else (404, {"code": -1, "msg": "no"})

    def _rates(self, query):
        start = int(query["startTime"])
        first, last = max(start, self.since_ms), min(clock.to_ms(NOW), start + self.days * DAY_MS)
        moments = range(-(-first // EIGHT) * EIGHT, last + 1, EIGHT)[: min(self.page, int(query["limit"]))]
        return [
            {"symbol": query["symbol"], "fundingTime": at, "fundingRate": "0.00010000", "markPrice": "60000.1"}
            for at in moments
        ]


def fetched(exchange, *symbols, days=60):
    with http_exchange(exchange) as address, clock.at(NOW):
        reader = exchange_reader(venue="binance", public_url=address)
        return fetch_funding(reader=reader, symbols=symbols or None, days=days)


@pytest.mark.parametrize("page", [1000, 7])
def test_a_spot_instrument_gets_the_rates_of_the_perpetual_of_its_base_and_quote(page):
    given_instrument(BTC)
    assert fetched(Futures(page=page)) == [StoredFunding(BTC, added=180, perpetual="BTC/USDT:USDT")]
    assert fetched(Futures()) == [StoredFunding(BTC, unchanged=180, perpetual="BTC/USDT:USDT")]
    assert stored()[-1] == (clock.to_ms(NOW) // EIGHT * EIGHT, Decimal("0.0001"))
    assert set(FundingRate.objects.values_list("source", flat=True)) == {"fetched"}


def test_an_empty_page_is_not_the_end_of_rates():
    given_instrument(BTC)
    late = clock.to_ms(NOW) - 3 * DAY_MS
    assert fetched(Futures(since_ms=late, days=30), days=60)[0].added == 9


def test_what_has_no_such_perpetual_is_told():
    given_instrument(BTC)
    given_instrument(ETH)
    out = StringIO()
    with http_exchange(Futures()) as address, clock.at(NOW):
        call_command("fetch_funding", public_url=address, stdout=out)
    assert "binance:BTC/USDT: 180 added, 0 unchanged, of BTC/USDT:USDT" in out.getvalue()
    assert "binance:ETH/USDT: the exchange has no perpetual of it in the same currency" in out.getvalue()


def test_an_exchange_without_perpetuals_or_an_answer_leaves_what_is_stored(caplog):
    given_instrument(BTC)
    with pytest.raises(ExchangeUnavailable):
        fetched(lambda _path, _query: (500, {}))
    with http_exchange(lambda _path, _query: (500, {})) as address, clock.at(NOW):
        fetch_funding_if_there(reader=exchange_reader(venue="binance", public_url=address), days=9)
    assert exchange_reader(venue="kraken").perpetuals(["BTC/USDT"]) == {}, "nor is it asked"
    given_funding("0.0009", first_ms=clock.to_ms(NOW) // EIGHT * EIGHT)
    with pytest.raises(FundingRefused):
        fetched(Futures())
    assert len(stored()) == 1


def test_the_commands_say_what_to_do_without_internet_or_instruments():
    with pytest.raises(CommandError, match=r"cannot be reached from here\. Import funding rates instead"):
        call_command("fetch_funding", public_url="http://127.0.0.1:9")
    with http_exchange(Futures()) as address, pytest.raises(CommandError, match="fetch or import its candles first"):
        call_command("fetch_funding", public_url=address)


def test_the_simulated_market_has_funding_that_follows_its_candles_however_it_was_grown():
    simulate_market(until_ms=EPOCH_MS + 3 * DAY_MS)
    few = list(FundingRate.objects.filter(instrument__name=SIM).values_list("at_ms", "rate", "source"))
    simulate_market(until_ms=EPOCH_MS + 9 * DAY_MS)
    known = funding_of_many([SIM], start_ms=EPOCH_MS, end_ms=2**60)[SIM]
    bars = bars_of("sim:BTC/USDT", Timeframe.H1, start_ms=0, end_ms=2**53)

    assert len(few) == 12 and {source for *_, source in few} == {"simulated"}
    assert known.at_ms.tolist() == [EPOCH_MS + number * EIGHT for number in range(1, len(bars) // 8 + 1)]
    assert known.rates[:12].tolist() == [float(rate) for _, rate, _ in few]
    moved = bars.close_f[7] / bars.open_f[0] - 1
    assert known.rates[0] == pytest.approx(0.0001 + moved / 50, abs=1e-8)
    assert np.abs(known.rates).max() <= 0.0075 and len(set(known.rates.tolist())) > 10


def test_over_the_api_rates_are_read_exactly_and_never_ahead_of_the_market_that_is_shown(acme):
    given_market()
    feed = Feed.objects.get()
    feed.cursor_ms = EPOCH_MS + 20 * HOUR - HOUR
    feed.save()
    api = ApiClient.signed_in(member("ann@acme.example"), host="acme.localhost")
    body = api.get("market/funding", {"instrument": SIM}).json()
    known = dict(FundingRate.objects.filter(instrument__name=SIM).values_list("at_ms", "rate"))

    assert (body["instrument"], body["simulated"], body["known"]) == (SIM, True, True)
    assert body["at_ms"] == [EPOCH_MS + EIGHT, EPOCH_MS + 2 * EIGHT]
    assert [Decimal(rate) for rate in body["rate"]] == [known[at] for at in body["at_ms"]]
    assert api.get("market/funding", {"instrument": SIM, "limit": 1}).json()["at_ms"] == [EPOCH_MS + 2 * EIGHT]
    span = {"since": "2024-01-01T08:00:00Z", "until": "2024-01-01T16:00:00Z"}
    assert api.get("market/funding", {"instrument": SIM, **span}).json()["at_ms"] == [EPOCH_MS + EIGHT]
    assert api.get("market/funding", {"instrument": "sim:NO/USDT"}).json()["code"] == "market.unknown_instrument"
    feed.cursor_ms = EPOCH_MS + 2**30
    feed.save()
    FundingRate.objects.filter(at_ms__gt=EPOCH_MS + 2**30 - DAY_MS).delete()
    assert api.get("market/funding", {"instrument": SIM}).json()["known"] is False, "the last one is a day old"
