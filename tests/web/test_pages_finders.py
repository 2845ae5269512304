"""What is seen in order books, the form of a bot that trades there, and what it did: as people see them, and by API."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cryptouniverse.web.held import positions_of
from cryptouniverse.web.reading import Reading
from strategies.bots.models import Bot
from strategies.catalog.registry import all_finders
from strategies.finding.models import FoundTrade
from strategies.finding.selectors import seen_now, shorts_of
from strategies.finding.services import watch_books
from tests.api.client import ApiClient
from tests.autopilot.finders import HOUR, finder_of, given_books
from tests.autopilot.managers import WIDE, work
from tests.people import browser
from tests.strategies.contracts_stage import COIN, FUTURE, basis
from tests.strategies.finding_stage import BTC_A, BTC_B, ETH, ETH_BTC, three_pairs, two_venues
from tests.strategies.scanner_stage import shown_to
from tests.trading.desk import trader
from tests.trading.marketdata_cast import http_exchange
from tests.trading.test_exchanges_reader import Binance
from trading.exchanges.services import exchange_reader
from trading.execution.models import Intent
from trading.marketdata.models import Feed, Instrument, OrderBook
from trading.marketdata.services import booking, simulate_market
from trading.marketdata.simulation import EPOCH_MS
from trading.portfolio.models import Position

D = Decimal
pytestmark = pytest.mark.django_db
BOTH = [BTC_A.id, BTC_B.id]


@pytest.fixture
def slots(acme):
    books = two_venues(60)
    for one in (ETH, ETH_BTC):
        books[one.id] = three_pairs(60)[one.id]
    books |= basis(18)
    slots = given_books((BTC_A, BTC_B, ETH, ETH_BTC, COIN, FUTURE), books)
    shown_to(slots[-1])
    return slots


@pytest.fixture
def portfolio(acme):
    return trader("alice@example.com", cash="100000", practice="10000", **WIDE)


def text(answer):
    return answer.content.decode()


def test_what_is_seen_now_is_counted_by_the_market_s_clock_and_nothing_later(slots):
    rows = {(one.strategy, one.instruments): one for one in seen_now()}

    assert {name for name, _ in rows} == {"cross_exchange", "triangular", "book_pressure", "dated_basis"}
    assert {ones for name, ones in rows if name == "dated_basis"} == {(COIN.id, FUTURE.id)}
    three = (BTC_A.id, BTC_B.id, COIN.id)  # one pair on all of its exchanges
    assert set(rows) >= {("cross_exchange", three), ("triangular", (BTC_A.id, ETH_BTC.id, ETH.id))}
    now_ms = slots[-1] + HOUR.ms
    for one in rows.values():
        assert one.at_ms + one.age_ms == now_ms and not one.simulated and (one.legs == ()) == (one.profit is None)
        assert not one.legs or (not one.stale and one.profit > 0 and one.capital <= one.funds)
    shown_to(slots[0])
    assert max(one.at_ms for one in seen_now()) < slots[0] + HOUR.ms
    Feed.objects.all().delete()
    assert seen_now() == []


def test_the_page_shows_what_is_seen_and_leads_to_the_form_of_its_bot(slots, portfolio):
    page = browser(portfolio.owner)
    html = text(page.get("/lab/opportunities/"))

    assert "In order books" in html and "Play money" in html and "Simulated books" not in html
    assert "Cross-exchange arbitrage" in html and "What has no books to read yet" in html
    assert "Dated basis" in html and FUTURE.id in html
    address = f"/bots/new/?strategy=cross_exchange&instruments={BTC_A.id}&instruments={BTC_B.id}"
    form = text(page.get(address))
    assert "Its funds" in form and "Least profit after fees" in form and form.count(" checked") == 2
    sent = {"portfolio": str(portfolio.public_id), "strategy": "cross_exchange", "instruments": BOTH}
    refused = page.post("/bots/new/", sent)
    assert refused.status_code == 422 and "what it may spend" in text(refused)
    made = page.post("/bots/new/", {**sent, "allocation": "2000", "stop": "5", "p_least_bps": "10"})
    bot = Bot.objects.get()
    assert (made.status_code, bot.stop_bps, bot.parameters["least_bps"]) == (302, 500, 10)


def test_simulated_books_are_marked(acme, portfolio):
    simulate_market(until_ms=EPOCH_MS + 10 * 86_400_000)
    shown_to(EPOCH_MS + 5 * 86_400_000)
    Feed.objects.update(source="simulated")
    rows = seen_now()

    assert {(one.strategy, one.simulated) for one in rows} == {("book_pressure", True)} and len(rows) == 6
    assert {one.age_ms for one in rows} == {1_000}
    assert "Simulated books" in text(browser(portfolio.owner).get("/lab/opportunities/"))


def test_a_market_that_is_not_shown_is_not_compared_with_the_one_that_is(slots):
    simulate_market(until_ms=EPOCH_MS + 86_400_000)

    assert not any(name.startswith("sim:") for one in seen_now() for name in one.instruments)


def test_what_a_bot_did_is_shown_with_its_legs_and_what_was_one_sided(slots, portfolio):
    bot = finder_of(portfolio, "cross_exchange", (BTC_A, BTC_B), funds="2000")
    page = browser(portfolio.owner)
    assert "has not seen a book" in text(page.get(f"/bots/{bot.public_id}/found/"))
    work(slots)
    html = text(page.get(f"/bots/{bot.public_id}/found/"))

    trades = FoundTrade.objects.filter(bot=bot)
    assert trades.filter(one_sided=True).exists() and "one-sided" in html and "given back" in html
    assert html.count("<tr><td class") == trades.count() and "Coins to begin with" in html
    api = ApiClient.signed_in(portfolio.owner, host="acme.localhost")
    told = api.get(f"bots/{bot.public_id}/found", {"kind": "leg", "limit": 2}).json()
    assert len(told["data"]) == 2 and told["has_more"] and told["data"][0]["orders"][0]["fills"]
    assert f"/bots/{bot.public_id}/found/" in text(page.get("/"))


def test_what_is_sold_short_is_shown_with_the_price_at_which_it_ends(slots, portfolio):
    bot = finder_of(portfolio, "dated_basis", (COIN, FUTURE), funds="2000", margin_pct="40")
    work(slots)
    html = text(browser(portfolio.owner).get(f"/bots/{bot.public_id}/found/"))
    [short] = shorts_of(bot)

    assert "Sold short" in html and FUTURE.id in html and f"{short.closed_at:f}" in html.replace(",", "")
    assert short.size == -Position.objects.get(bot_id=bot.public_id, instrument_id=FUTURE.id).quantity > 0
    worth = short.collateral / short.size  # of one: what it brought, and the margin on top
    assert worth / D("1.02") < short.closed_at < worth and 139 < worth < 144


def test_a_short_is_shown_as_one_and_is_left_by_selling_its_coins_not_by_hand(slots, portfolio):
    finder_of(portfolio, "dated_basis", (COIN, FUTURE), funds="2000", margin_pct="40")
    work(slots)
    short, held = Position.objects.get(instrument_id=FUTURE.id), Position.objects.get(instrument_id=COIN.id)
    page, api = browser(portfolio.owner), ApiClient.signed_in(portfolio.owner, host="acme.localhost")
    desk, trade = text(page.get("/")), text(page.get("/trade/"))
    at = f"portfolios/{portfolio.public_id}"
    told = {one["instrument"]: one for one in api.get(f"{at}/positions").json()["data"]}

    assert (told[FUTURE.id]["side"], told[COIN.id]["side"]) == ("short", "long") and told[FUTURE.id]["quantity"] < "0"
    assert "Short" in desk and f"/positions/{held.public_id}/close/" in desk + trade
    assert str(short.public_id) not in "".join(part for part in (desk + trade).split('"') if "/close/" in part)
    assert f"{-short.quantity.normalize():f} short, sold at" in trade
    assert f"/trade/positions/{held.public_id}/?" not in trade  # no order protects it: its bot does
    answer = api.post(f"{at}/positions/{short.public_id}/close", {"quantity": "0.001"})
    assert (answer.status_code, answer.json()["code"]) == (422, "position.sold_short")
    assert "sell the coins that it stands against" in answer.json()["detail"]
    for path in (f"/trade/positions/{short.public_id}/close/", f"/desk/positions/{short.public_id}/close/"):
        sent = {"portfolio": str(portfolio.public_id), "part": "25"}
        assert "sell the coins that it stands against" in text(page.post(path, sent, follow=True)), path
    assert not Intent.objects.filter(position_id=short.pk, purpose="exit", state="recorded").exists()


def test_profit_of_a_short_is_what_it_brought_less_what_it_costs_now(slots, portfolio):
    finder_of(portfolio, "dated_basis", (COIN, FUTURE), funds="2000", margin_pct="40")
    work(slots)
    Position.objects.filter(instrument_id=FUTURE.id).update(mark_price=D(90))
    reading = Reading(portfolio.owner, ["positions"])
    short = Position.objects.get(instrument_id=FUTURE.id)
    [row] = [one for one in positions_of(reading).rows if one.side == "short"]

    assert row.unrealised == -short.cost + short.quantity * 90 and row.quantity < 0
    assert row.unrealised > 0 and row.unrealised_pct > 0


def test_the_api_tells_finders_what_they_see_and_makes_their_bots(slots, portfolio):
    api = ApiClient.signed_in(portfolio.owner, host="acme.localhost")
    runs = {one["name"]: one["runs"] for one in api.get("finders").json()["data"]}
    assert set(runs) == set(all_finders()) and all(runs.values())
    seen = {one["strategy"] for one in api.get("finders/seen").json()["data"]}
    assert seen == {"book_pressure", "cross_exchange", "dated_basis", "triangular"}
    wanted = {"portfolio": str(portfolio.public_id), "timeframe": "1h", "instruments": BOTH, "allocation": "500"}
    made = api.post("bots", {**wanted, "strategy": "cross_exchange"})
    assert (made.status_code, made.json()["allocation"]) == (201, "500")
    for name, code in (("funding_carry", "strategy.bad_parameter"), ("triangular", "strategy.bad_parameter")):
        answer = api.post("bots", {**wanted, "strategy": name})
        assert (answer.status_code, answer.json()["code"]) in {(403, code), (409, code), (422, code)}


def test_books_are_fetched_for_bots_that_read_them_and_for_nobody_else(slots, portfolio, monkeypatch):
    OrderBook.objects.all().delete()
    body = {"lastUpdateId": 1, "bids": [["99.90", "4"]], "asks": [["100.10", "3"]]}

    def answer(path, query):
        return (200, body) if path.endswith("/depth") else Binance()(path, query)

    with http_exchange(answer) as address:
        monkeypatch.setattr(booking, "_reader", lambda _venue: exchange_reader(venue="binance", public_url=address))
        finder_of(portfolio, "book_pressure", (BTC_A,), funds="500")
        assert watch_books() == 0  # an imported market is of another time
        Feed.objects.update(source="fetched")
        Instrument.objects.update(source="fetched")
        assert watch_books() == 1
        Bot.objects.update(status="stopped")
        assert watch_books() == 0

    [kept] = OrderBook.objects.all()
    assert (kept.source, kept.instrument.name) == ("fetched", BTC_A.id)
