"""The pages of bots that keep orders: a ladder is shown before it starts, and a desk as it stands."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credits.metering.services import meter
from credits.metering.types import RealisedProfit
from cryptouniverse.kernel import clock
from strategies.bots.models import Bot
from strategies.bots.services import stop_bot
from strategies.managing.models import Desk
from strategies.managing.selectors import promised_in
from tenants.audit.models import AuditRecord
from tests.autopilot.keepers_venue import given_keeper, turn
from tests.autopilot.managers import HOUR, WIDE, work
from tests.people import browser
from tests.strategies.markets import given_stored, walk
from tests.trading.desk import trader
from trading.marketdata.models import Feed
from trading.marketdata.types import MarketSource

NAMES = ["binance:BTC/USDT", "binance:ETH/USDT"]
GRID = {"strategy": "spot_grid", "funds": "5000", "p_count": "12", "p_investment": "2000"}
QUERIES_MAX = 17  # three of them: what is stopped, and what is left of the profit limit
STOPPED = {"count": 8, "below_pct": "3", "above_pct": "6", "outside": "stop", "stop_pct": "1", "investment": "4000"}


@pytest.fixture
def slots(acme):
    markets = [walk(40, seed=5 + n, instrument_id=name) for n, name in enumerate(NAMES)]
    given_stored(*markets)
    slots = [int(slot) for slot in markets[0].open_ms]
    shown = {"source": MarketSource.IMPORTED, "timeframe": "1h", "cursor_ms": slots[9], "end_ms": slots[-1]}
    Feed.objects.update_or_create(only=True, defaults={**shown, "updated_at": clock.now()})
    return slots


@pytest.fixture
def page(slots):
    return browser(trader("olga@example.com", cash="20000", practice="100000", **WIDE).owner)


def test_the_form_offers_managers_and_shows_the_ladder_of_one(page):
    html = page.get("/bots/ladders/new/", {"strategy": "spot_grid"}).content.decode()
    assert "Spot grid" in html and "DCA ladder" in html and 'name="p_investment"' in html

    shown = page.get("/bots/ladders/show/", {**GRID, "instruments": NAMES[0]}).content.decode()
    assert "Needs at most" in shown and shown.count("<tr>") == 13 and "k-fails" in shown
    asked = {**GRID, "funds": "1000", "instruments": NAMES[0]}
    assert "and has 1000.00" in page.get("/bots/ladders/show/", asked).content.decode()
    assert not Bot.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"funds": "NaN"}, "must be a number"),
        ({"funds": "1e999"}, "must be a number|at most"),
        ({"instruments": []}, "at least one instrument"),
        ({"strategy": "crystal_ball"}, "no strategy named"),
        ({"p_count": "many"}, "count"),
        ({"instruments": "binance:NO/USDT"}, "No instrument is called"),
        ({"instruments": "a\0b"}, "cannot be kept"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(wrong, why, page):
    asked = {**GRID, "instruments": NAMES[0], **wrong}
    assert re.search(why, page.get("/bots/ladders/show/", asked).content.decode())

    assert page.post("/bots/ladders/start/", asked).status_code == 422
    assert not Bot.objects.exists()


def test_one_is_started_and_its_desk_drawn_at_few_queries_however_many_markets_it_has(page, slots):
    answer = page.post("/bots/ladders/start/", {**GRID, "name": "Mine", "instruments": NAMES})
    bot = Bot.objects.get(name="Mine")
    assert (answer.status_code, answer.url) == (302, f"/bots/{bot.public_id}/desk/")
    assert "It begins with the next candle" in page.get(answer.url).content.decode()
    work(slots[:10])

    with CaptureQueriesContext(connection) as queries:
        html = page.get(answer.url).content.decode()
    assert html.count("Earned at limits") == 2 and html.count("k-buy") >= 2 and "k-sell" in html
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SET ", "SAVEPOINT", "RELEASE"))]
    assert len(asked) <= QUERIES_MAX, "\n".join(asked)
    assert "Spot grid" in page.get("/").content.decode()


def test_a_form_that_is_sent_twice_starts_one(page):
    key = re.search(r'name="key" value="([-0-9a-f]{36})"', page.get("/bots/ladders/new/").content.decode())[1]
    sent = {**GRID, "key": key, "instruments": NAMES[0]}
    first, repeated = (page.post("/bots/ladders/start/", sent) for _ in range(2))
    assert first.url == repeated.url and repeated.status_code == 302
    assert AuditRecord.objects.filter(action="bot.created").count() == 1

    page.post("/bots/ladders/start/", {**sent, "funds": "6000"})
    assert Bot.objects.count() == 2, "another wish"


def test_it_is_paused_resumed_and_changed_on_its_page(page, slots):
    page.post("/bots/ladders/start/", {**GRID, "instruments": NAMES[:1]})
    place = f"/bots/{Bot.objects.get().public_id}/desk/"
    page.post(f"{place}pause/")
    assert Bot.objects.get().status == "paused" and "Go on" in page.get(place).content.decode()
    page.post(f"{place}resume/")
    page.post(f"{place}change/", {"name": "Other", "loss_limit": "7"})
    bot = Bot.objects.get()

    assert (bot.status, bot.name, bot.parameters["loss_limit_pct"]) == ("active", "Other", "7")
    page.post(f"{place}change/", {"name": "Other", "loss_limit": "700"})
    answer = page.post(f"{place}change/", {"name": "a\0b", "loss_limit": "8"}, follow=True)
    assert "sign that cannot be kept" in answer.content.decode()
    assert Bot.objects.get().parameters["loss_limit_pct"] == "7"
    assert page.post("/bots/ladders/start/", {**GRID, "instruments": NAMES[:1], "name": "a\0b"}).status_code == 422
    done = set(AuditRecord.objects.values_list("action", flat=True))
    assert done >= {"bot.created", "bot.paused", "bot.resumed", "bot.changed"}


def test_at_an_exchange_the_form_warns_and_the_desk_says_where_each_order_stands(slots):
    bot, venue = given_keeper("spot_grid", NAMES[:1], **STOPPED)
    hers, place = browser(bot.owner), {"portfolio": str(bot.portfolio.public_id)}
    assert "a practice exchange" in hers.get("/bots/ladders/new/", place).content.decode().lower()
    turn(slots[0])
    stands = hers.get(f"/bots/{bot.public_id}/desk/").content.decode()
    assert "at the exchange" in stands and "on its way" in stands and "watched here" in stands
    with clock.at(clock.from_ms(slots[0] + HOUR.ms)):
        venue.pump()
    number = min(venue.resting())
    venue.fill(number, "0.5", venue.resting()[number].limit_price)
    turn(slots[1], venue)

    html = hers.get(f"/bots/{bot.public_id}/desk/").content.decode()
    assert "rests there" in html and "has got 0.5" in html and "on its way" not in html


def test_the_desk_says_as_the_dashboard_does_that_a_bot_closes_only_or_is_stopped(slots):
    owner = trader("poor@example.com", cash="20000", practice="1", **WIDE).owner
    hers = browser(owner)
    hers.post("/bots/ladders/start/", {**GRID, "instruments": NAMES[:1]})
    place = f"/bots/{Bot.objects.get().public_id}/desk/"
    assert "Running" in hers.get(place).content.decode()
    earned = RealisedProfit(user_pk=owner.pk, fill_id=uuid4(), amount=Decimal(5), occurred_at=clock.now())
    meter([earned])
    for html in (hers.get(place).content.decode(), hers.get("/").content.decode()):
        assert "Closes only" in html and "Running" not in html
    work(slots[:1])
    Desk.objects.update(ended=True)
    for html in (hers.get(place).content.decode(), hers.get("/").content.decode()):
        assert "Has ended" in html and "Closes only" not in html
    stop_bot(bot=Bot.objects.get(), actor=owner, reason="looked wrong")
    assert "Stopped" in hers.get(place).content.decode()


def test_what_other_bots_count_on_is_said_before_one_begins_with_the_same_cash(page, slots):
    asked = {**GRID, "funds": "12000", "instruments": NAMES[0]}
    assert "count on" not in page.get("/bots/ladders/show/", asked).content.decode()
    page.post("/bots/ladders/start/", {**asked, "p_investment": "2000"})
    assert "count on 12" in page.get("/bots/ladders/show/", asked).content.decode().replace(",", "")
    work(slots[:2])
    bot = Bot.objects.get()
    free = bot.portfolio.cash - bot.portfolio.reserved
    bot.portfolio.refresh_from_db()
    assert Decimal(9_000) < promised_in(bot.portfolio) < Decimal(11_000) < free
