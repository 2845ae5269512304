"""The control face, and candles that drive a sandbox."""

import asyncio
import urllib.error

import ccxt
import ccxt.pro
import pytest
from django.core.management import load_command_class

from tests.architecture.sources import ROOT
from tests.docs.pages import first_python
from tests.sandbox.program import OPTIONS, drive, led_to, running
from trading.sandbox.server.exchange import Exchange, Options
from trading.sandbox.server.player import Player, walk

BAR = {"symbol": "BTCUSDT", "open_ms": 3_600_000, "open": "50000", "high": "50500", "low": "48900", "close": "50200"}


def test_without_the_token_nobody_controls(tmp_path):
    with running(tmp_path, "--control-token", "open") as sandbox:
        for headers in ({}, {"X-Sandbox-Token": "wrong"}):
            with pytest.raises(urllib.error.HTTPError, match="403"):
                sandbox.control("accounts", {"api_key": "alice"}, headers)
        assert sandbox.control("health", headers={"X-Sandbox-Token": "open"})["ok"]


def test_an_account_is_opened_once_and_changed_afterwards(sandbox):
    for _ in range(2):
        sandbox.account(balances={"USDT": "10"})
    sandbox.control("accounts", {"api_key": "alice", "deposit": {"USDT": "-4"}, "rights": {"withdraw": True}})
    assert sandbox.holds("alice", "USDT")[0] == "6.00000000"
    assert len(sandbox.journal("account_opened")) == len(sandbox.journal("account_changed")) == 1


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("accounts", {"api_key": "alice", "balances": {"USDT": "much"}}),
        ("accounts", {"api_key": "alice", "client_ids": "sometimes"}),
        ("accounts", {"api_key": "alice", "rights": {"fly": True}}),
        ("price", {"symbol": "BTCUSDT", "price": "-1"}),
        ("bars", BAR | {"low": "51000"}),
        ("faults", {"faults": [{"kind": "flood"}]}),
        ("faults", {"faults": [{"kind": "hang", "probability": 2}]}),
        ("markets", {"symbol": "XUSDT"}),
        ("markets/BTCUSDT/status", {"status": "ASLEEP"}),
        ("bars/next", {}),
        ("accounts", []),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(sandbox, name, body):
    with pytest.raises(urllib.error.HTTPError, match="400"):
        sandbox.control(name, body)
    assert sandbox.control("health")["accounts"] == 0
    assert sandbox.journal("moved") == []


def test_the_secret_stays_out_of_the_journal(sandbox):
    sandbox.account()
    assert "alice-secret" not in (sandbox.home / "journal.jsonl").read_text()
    assert (sandbox.home / "secrets.json").stat().st_mode & 0o077 == 0


def test_the_journal_is_read_from_any_place(sandbox):
    sandbox.account()
    facts = sandbox.control("journal?after=0")
    assert [fact["n"] for fact in facts] == list(range(1, len(facts) + 1))
    assert sandbox.control(f"journal?after={len(facts) - 2}&limit=1") == facts[-2:-1]
    assert sandbox.control(f"journal?after={len(facts)}") == []


def test_a_posted_bar_is_walked_once_and_shown_as_a_candle(sandbox):
    sandbox.account()

    async def scenario(ex):
        order = await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000)
        walked = [sandbox.control("bars", [BAR])["walked"] for _ in range(2)]
        return walked, (await ex.fetch_order(order["id"], "BTC/USDT"))["status"], await ex.fetch_ohlcv("BTC/USDT", "1h")

    walked, status, candles = drive(sandbox, scenario)
    assert (walked, status) == ([1, 0], "closed")
    assert candles == [[3_600_000, 50000, 50500, 48900, 50200, 0]]


def test_a_market_of_ones_own_can_be_traded(sandbox):
    own = {"symbol": "ABCUSDT", "base": "ABC", "quote": "USDT", "price": "2", "tick": "0.01", "step": "0.1"}
    sandbox.control("markets", [own])
    sandbox.account()

    async def scenario(ex):
        await ex.load_markets(True)
        return await ex.create_order("ABC/USDT", "market", "buy", 10)

    assert drive(sandbox, scenario)["status"] == "closed"


def test_stored_candles_are_played_on_where_they_stopped(tmp_path, real_data):
    first = Exchange(Options(home=tmp_path))
    player = Player(first, real_data / "ohlcv", "1d")
    assert all(player.step() for _ in range(3))
    first.close()

    again = Exchange(Options(home=tmp_path))
    assert again.venue.books == first.venue.books
    Player(again, real_data / "ohlcv", "1d").step()
    opens = [bar.open_ms for bar in again.venue.books["BTCUSDT"].bars]
    assert len(opens) == len(set(opens)) == 4
    again.close()


def test_prices_walk_by_themselves_the_same_way_for_the_same_seed(tmp_path):
    def walked(name, seed):
        exchange = Exchange(Options(home=tmp_path / name, seed=seed))
        asyncio.run(for_a_while(walk(exchange, 0), lambda: exchange.venue.books["BTCUSDT"].last_trade_id >= 5))
        exchange.close()
        return [trade.price for trade in exchange.venue.books["BTCUSDT"].prints][:5]

    assert walked("one", 1) == walked("again", 1) != walked("other", 2)


async def for_a_while(endless, done):
    """Let a task run until `done` says so."""
    task = asyncio.create_task(endless)
    while not done():
        await asyncio.sleep(0)
    task.cancel()


def test_ccxt_drives_it_without_asyncio_too(sandbox):
    sandbox.account()
    exchange = ccxt.binance({"apiKey": "alice", "secret": "alice-secret", "options": OPTIONS})
    exchange.urls["api"] = led_to(exchange.urls["api"], sandbox.port)
    exchange.load_markets()
    order = exchange.create_order("BTC/USDT", "limit", "sell", 0.5, 51000)
    assert [each["id"] for each in exchange.fetch_open_orders("BTC/USDT")] == [order["id"]]


def test_listen_keys_lead_to_the_accounts_stream(sandbox):
    sandbox.account()

    async def scenario(ex):
        key = (await ex.public_post_userdatastream())["listenKey"]
        async with ex.session.ws_connect(f"{sandbox.url}/ws/{key}") as stream:
            await ex.create_order("BTC/USDT", "limit", "buy", 0.1, 49000)
            return [(await stream.receive_json(timeout=5))["e"] for _ in range(2)]

    assert drive(sandbox, scenario) == ["executionReport", "outboundAccountPosition"]


def test_combined_streams_name_the_stream(sandbox):
    async def scenario(ex):
        ex.open()
        async with ex.session.ws_connect(f"{sandbox.url}/stream?streams=btcusdt@trade/!ticker@arr") as stream:
            await stream.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 3})
            listed = await stream.receive_json(timeout=5)
            sandbox.control("price", {"symbol": "BTCUSDT", "price": "50500"})
            told = [await stream.receive_json(timeout=5) for _ in range(2)]
        return listed["result"], [each["stream"] for each in told], told[0]["data"]["p"], told[1]["data"][0]["c"]

    streams = ["!ticker@arr", "btcusdt@trade"]
    assert drive(sandbox, scenario) == (streams, streams[::-1], "50500.00000000", "50500.00000000")


def test_the_command_takes_what_the_program_takes():
    parser = load_command_class("trading.sandbox", "sandbox_exchange").create_parser("manage.py", "sandbox_exchange")
    options = parser.parse_args(["--port", "0", "--mode", "bar", "--slippage-bps", "7"])
    assert (options.port, options.mode, options.slippage_bps, options.home) == (0, "bar", 7, None)


def test_the_pages_own_example_leads_ccxt_to_the_sandbox(sandbox):
    sandbox.control("accounts", {"api_key": "alice", "secret": "s3cret", "balances": {"USDT": "10000"}})
    example = first_python((ROOT / "docs/how-to/use-the-sandbox.md").read_text()).replace("8011", str(sandbox.port))
    names = {"ccxt": ccxt}
    exec(compile(example, "how-to", "exec"), names)  # noqa: S102 - our own page

    async def balance():
        try:
            return (await names["exchange"].fetch_balance())["USDT"]["free"]
        finally:
            await names["exchange"].close()

    assert asyncio.run(balance()) == 10000
