"""ccxt's clients as we make them: one address, one request, one reading of the markets, places to be killed at."""

import asyncio
import logging
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from cryptouniverse.kernel import clock, crashpoints
from cryptouniverse.kernel.secret import Secret
from tests.architecture.sources import ROOT
from tests.trading.venue_stage import (
    API_KEY,
    NOW_MS,
    SECRET,
    Replay,
    account,
    an_order,
    at_venue,
    ours_at,
    serving,
)
from trading.exchanges.ccxt_client import hush, make_client
from trading.exchanges.errors import ExchangeUnavailable, UnknownExchange
from trading.exchanges.market_shelf import AGE_MS_MAX, forget_listings
from trading.exchanges.services import order_venue
from trading.exchanges.types import Gone, Rejected, Unknown
from trading.exchanges.venues.registry import profile_of

ORDER = "/api/v3/order"
INFO_PATH = "/api/v3/exchangeInfo"
PLACED = {"symbol": "BTCUSDT", "orderId": 1, "clientOrderId": "cu-ABC123", "transactTime": NOW_MS, "price": "60000.1",
          "origQty": "0.5", "executedQty": "0", "cummulativeQuoteQty": "0", "status": "NEW", "timeInForce": "GTC",
          "type": "LIMIT", "side": "BUY", "fills": []}  # fmt: skip


def _addresses(urls) -> list[str]:
    if isinstance(urls, dict):
        return [address for each in urls.values() for address in _addresses(each)]
    return [urls] if isinstance(urls, str) else []


@pytest.mark.parametrize("venue", ["binance", "kraken", "kucoin", "bybit", "okx", "coinbase"])
@pytest.mark.parametrize("streaming", [False, True])
def test_every_address_of_a_client_with_a_base_url_is_there(venue, streaming):
    client = make_client(profile_of(venue), base_url="http://127.0.0.1:9", timeout_ms=1000, streaming=streaming)
    found = _addresses(client.urls["api"]) + _addresses(client.urls.get("test"))

    assert found and {urlsplit(address).netloc for address in found} == {"127.0.0.1:9"}
    assert {urlsplit(address).scheme for address in found} <= {"http", "ws"}


def test_no_section_of_binance_reaches_anything_but_the_base_url():
    client = make_client(profile_of("binance"), base_url="http://127.0.0.1:9/x", timeout_ms=1000,
                         api_key=Secret(API_KEY), secret=Secret(SECRET))  # fmt: skip
    for section in [name for name, url in client.urls["api"].items() if isinstance(url, str)]:
        url = client.sign("order", [section], "GET", {})["url"]
        assert url.startswith("http://127.0.0.1:9/x/"), section


def test_a_secure_base_url_keeps_its_sockets_secure():
    client = make_client(profile_of("binance"), base_url="https://here.example", timeout_ms=1000, streaming=True)
    assert client.urls["api"]["ws"]["ws-api"]["spot"] == "wss://here.example/ws-api/v3"
    assert client.urls["api"]["private"] == "https://here.example/api/v3"


def test_ccxts_log_is_never_below_info():
    logging.getLogger("ccxt").setLevel(logging.DEBUG)
    hush()
    make_client(profile_of("binance"), base_url="", timeout_ms=1000)
    assert logging.getLogger("ccxt").getEffectiveLevel() >= logging.INFO
    assert not logging.getLogger("ccxt.base.exchange").isEnabledFor(logging.DEBUG)


def test_an_unknown_venue_is_refused_by_name():
    with pytest.raises(UnknownExchange):
        order_venue(venue="mtgox", api_key=Secret("a"), secret=Secret("b"))


def test_connections_to_one_address_read_the_markets_once_and_anew_after_a_quarter_of_an_hour():
    replay = Replay()

    async def played():
        forget_listings()
        async with serving(replay) as address:
            venues = [ours_at(address) for _ in range(5)]
            counts = []
            for age_ms in (0, AGE_MS_MAX, AGE_MS_MAX + 1):
                with clock.at(clock.from_ms(NOW_MS + age_ms)):
                    await asyncio.gather(*(venue.markets() for venue in venues))
                counts.append(len(replay.of(INFO_PATH)))
            replay.answers["GET", INFO_PATH] = (503, {})
            with clock.at(clock.from_ms(NOW_MS + 3 * AGE_MS_MAX)), pytest.raises(ExchangeUnavailable):
                await venues[0].markets()
            await asyncio.gather(*(venue.close() for venue in venues))
            return counts

    assert asyncio.run(played()) == [1, 1, 2]


def test_an_exit_goes_out_on_old_markets_when_new_ones_cannot_be_read():
    replay = Replay({("POST", ORDER): (200, PLACED)})

    async def act(ours):
        with clock.at(clock.from_ms(NOW_MS)):
            await ours.markets()
        replay.answers["GET", INFO_PATH] = (503, {})
        with clock.at(clock.from_ms(NOW_MS + 10 * AGE_MS_MAX)):
            return await ours.place(an_order(reduces=True))

    assert at_venue(replay, act).order.venue_order_id == "1"


@pytest.mark.parametrize("order", [an_order(symbol="NO/USDT"), an_order(symbol="BNB/BTC", kind="stop", stop_price=1)])
def test_what_the_venue_does_not_list_is_refused_before_anything_is_sent(order):
    replay = Replay()
    assert isinstance(at_venue(replay, lambda ours: ours.place(order)), Rejected)
    assert {asked.path for asked in replay.asked} == {INFO_PATH}


def test_a_write_passes_its_crash_points_in_order_and_a_listener_changes_nothing_on_the_wire():
    heard: list[str] = []
    gone = (400, {"code": -2011, "msg": "Unknown order sent."})
    replay = Replay({("POST", ORDER): (200, PLACED), ("DELETE", ORDER): gone})

    async def act(ours):
        await ours.place(an_order())
        crashpoints.install(heard.append)
        try:
            await ours.place(an_order())
            placing = heard.copy()
            heard.clear()
            assert await ours.cancel(symbol="BTC/USDT", venue_order_id="1") == Gone()
            return placing
        finally:
            crashpoints.install(None)

    assert at_venue(replay, act) == [
        "connect.before", "connect.after", "body.half", "body.sent", "headers.read", "body.read"
    ]  # fmt: skip
    assert heard == ["connect.before", "connect.after", "cancel.sent", "headers.read", "body.read"]
    unwatched, watched = replay.of(ORDER)[:2]
    assert unwatched.query == watched.query
    assert unwatched.headers == watched.headers


def test_half_a_body_is_really_half_when_its_crash_point_is_passed():
    """A server that counts raw bytes: at body.half they are on the wire, and not all of them."""
    seen = bytearray()
    lengths: dict[str, int] = {}

    async def serve(reader, writer):
        while chunk := await reader.read(65536):
            seen.extend(chunk)
        writer.close()

    async def played():
        forget_listings()
        async with serving(Replay()) as address:
            ours = ours_at(address, timeout_ms=300)
            await ours.markets()
        server = await asyncio.start_server(serve, "127.0.0.1", urlsplit(address).port)

        def stop(name: str) -> None:
            if name == "body.half":
                raise ConnectionAbortedError  # as a kill would: nothing more is written

        crashpoints.install(stop)
        try:
            outcome = await ours.place(an_order())
        finally:
            crashpoints.install(None)
            await ours.close()
            server.close()
        return outcome

    assert isinstance(asyncio.run(played()), Unknown)
    head, _, body = bytes(seen).partition(b"\r\n\r\n")
    lengths["stated"] = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < lengths["stated"]
    assert b"signature" not in body


def test_a_cancel_on_a_line_that_the_venue_closed_meanwhile_goes_out_once():
    """aiohttp would send a DELETE again on a new connection."""
    taken: list[bytes] = []

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        taken.append(b"first")
        body = b'{"code":-2011,"msg":"Unknown order sent."}'
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                     % (len(body), body))  # fmt: skip
        await reader.readuntil(b"\r\n\r\n")
        taken.append(b"second")
        writer.close()  # taken, and no answer

    async def played():
        forget_listings()
        async with serving(Replay()) as address:
            ours = ours_at(address, timeout_ms=1000)
            await ours.markets()
        server = await asyncio.start_server(serve, "127.0.0.1", urlsplit(address).port)
        try:
            return [await ours.cancel(symbol="BTC/USDT", venue_order_id="1") for _ in range(2)]
        finally:
            await ours.close()
            server.close()

    assert [type(each) for each in asyncio.run(played())] == [Gone, Unknown]
    assert taken == [b"first", b"second"]


def test_closing_forgets_the_keys_and_leaves_no_socket():
    async def played():
        replay = Replay({("POST", ORDER): (200, PLACED), ("GET", "/api/v3/openOrders"): (200, [])})
        async with account(replay) as ours:
            await ours.place(an_order())
            await ours.open_orders()
            clients = [ours._calls._reader, ours._calls._writer]
            await ours.close()
            return [(client.apiKey, client.secret, client.session) for client in clients]

    assert asyncio.run(played()) == [("", "", None)] * 2


def test_the_front_door_costs_neither_ccxt_nor_aiohttp_until_an_account_is_used():
    """They take seconds and 100 MB, which web processes must not pay."""
    look = "import sys, trading.exchanges.services; print([m for m in ('ccxt', 'aiohttp') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
