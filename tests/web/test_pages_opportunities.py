"""Opportunities and signals as pages: what is shown, what is marked, and what a feed reader gets."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree

import pytest

from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.wiring import SIGNAL_PANELS, WIRING, show_signals
from cryptouniverse.wiring import deliver_signals as deliver_signals_when_candles_close
from strategies.bots.models import Bot
from strategies.feed.delivering import deliver_signals
from strategies.feed.selectors import notices_of, subscriptions_of
from strategies.feed.services import follow_strategy, make_address
from strategies.scanner.models import Opportunity, TrackRecord
from strategies.scanner.types import NO_TRACK
from tests.people import browser, member
from tests.strategies.scanner_stage import BTC, CURSOR, HOUR, given_markets, scanned, shown_to
from trading.portfolio.services import open_portfolio

pytestmark = pytest.mark.django_db
CARD = {"strategy": "donchian_breakout", "instrument": BTC, "timeframe": "1h"}
QUICK = {"fast": 3, "slow": 10, "band_bps": 1}


@pytest.fixture
def alice(acme):
    given_markets()
    return member("alice@example.com")


def seen(alice, **asked):
    return browser(alice).get("/lab/opportunities/", asked).content.decode()


def cards(html):
    return re.findall(r'<li class="panel o-card">.*?</li>\n', html + "\n", re.DOTALL) or html.split("o-card__head")[1:]


def test_before_the_first_scan_the_page_says_so(alice):
    assert "have not been looked at yet" in seen(alice)


def test_cards_stand_in_their_order_marked_with_prices_and_record(alice):
    rows = scanned()
    html = seen(alice)
    found = re.findall(r'o-rank num">(\d+)<', html)
    assert found == [str(row.rank) for row in rows]
    assert html.count("Simulated, ") == len(rows)
    assert html.count("Not validated") == len(rows)
    assert "trades; fewer than 30 prove nothing" in html
    assert html.count('class="o-plot"') == len(rows)
    assert "No advice" in html


def test_what_lost_is_shown_so_and_not_hidden(alice):
    scanned()
    TrackRecord.objects.update(track=asdict(replace(NO_TRACK, trades=5, expectancy_r=-0.4, score=-0.9)))
    html = seen(alice)
    assert html.count("Lost money") == Opportunity.objects.count()
    assert "−0.40 R" in html


@pytest.mark.parametrize(
    ("asked", "lookup"),
    [
        ({"family": "breakout"}, {"family": "breakout"}),
        ({"instrument": BTC}, {"instrument_id": BTC}),
        ({"timeframe": "4h"}, {"timeframe": "4h"}),
        ({"score": "-0.8"}, {"score__gte": Decimal("-0.8")}),
        ({"score": "1e999"}, {}),
        ({"timeframe": "nonsense", "number": "-3"}, {}),
    ],
)
def test_filters_narrow_and_nonsense_is_as_if_unsaid(alice, asked, lookup):
    scanned()
    wanted = Opportunity.objects.filter(**lookup).count()
    assert len(re.findall("o-rank num", seen(alice, **asked))) == wanted


def test_a_strategy_that_failed_is_told(alice):
    from strategies.catalog.registry import strategy
    from tests.strategies.scanner_stage import few

    bad = replace(strategy("aroon_trend"), decide=lambda *_a, **_k: 1 / 0)
    scanned(strategies=[*few(), bad])
    assert "Aroon trend could not be asked" in seen(alice)


def test_the_bot_form_comes_filled_and_starts_the_bot(alice):
    portfolio = open_portfolio(owner=alice, cash=1_000)
    row, client = scanned()[0], browser(alice)
    [there] = re.findall(r'href="(/bots/new/[^"]+)"', client.get("/lab/opportunities/").content.decode())[:1]
    html = client.get(unescape(there)).content.decode()
    assert re.search(f'value="{row.strategy}" selected', html)
    assert re.search(f'value="{re.escape(row.instrument_id)}" checked', html)
    sent = {"strategy": row.strategy, "instruments": row.instrument_id, "portfolio": portfolio.public_id}
    assert client.post("/bots/new/", sent).status_code == 302
    bot = Bot.objects.get()
    assert (bot.strategy, bot.instruments, bot.timeframe) == (row.strategy, [row.instrument_id], row.timeframe)


def test_no_bot_is_offered_on_candles_that_bots_do_not_trade(alice):
    scanned()
    Opportunity.objects.update(timeframe="4h")
    html = seen(alice)
    assert "Bots trade candles of 1h" in html
    assert "/bots/new/?" not in html


def test_following_from_a_card_and_ending_it(alice):
    client = browser(alice)
    assert client.post("/lab/opportunities/follow/", CARD).url == "/lab/signals/"
    [row] = subscriptions_of(alice)
    assert "Donchian breakout" in client.get("/lab/signals/").content.decode()
    client.post(f"/lab/signals/{row.public_id}/end/")
    assert not subscriptions_of(alice).exists()


def test_all_above_a_score(alice):
    client = browser(alice)
    client.post("/lab/signals/follow-all/", {"score": "0.25"})
    assert subscriptions_of(alice)[0].score_least == Decimal("0.25")
    client.post("/lab/signals/follow-all/", {"score": "nan"})
    assert subscriptions_of(alice)[0].score_least == Decimal("0.25")
    assert "All opportunities from 0.25 R on" in client.get("/lab/signals/").content.decode()


def given_signals(alice):
    follow_strategy(
        actor=alice, strategy="moving_average_cross", parameters=QUICK, instrument_id=BTC, timeframe=Timeframe.H1
    )
    shown_to(CURSOR + 30 * HOUR)
    deliver_signals()
    return list(notices_of(alice))


def test_the_feed_shows_what_came_and_its_panel_alone_is_asked_for(alice):
    rows, client = given_signals(alice), browser(alice)
    html = client.get("/lab/signals/").content.decode()
    assert html.count('id="signal-') == len(rows)
    panel = client.get("/lab/signals/panels/", {"only": "signals"}).content.decode()
    assert 'hx-swap-oob="morph"' in panel
    assert panel.count('id="signal-') == len(rows)
    assert client.get("/lab/signals/panels/", {"only": "positions"}).status_code == 204


def test_an_address_is_shown_once_and_opens_atom_and_json_without_signing_in(alice):
    rows, client = given_signals(alice), browser(alice)
    html = client.post("/lab/signals/address/").content.decode()
    paths = re.findall(r"http://[^/<]+(/feeds/[^<]+)<", html)
    assert len(paths) == 2
    assert paths[0] not in client.get("/lab/signals/").content.decode()

    atom, plain = (browser().get(path) for path in paths)
    entries = ElementTree.fromstring(atom.content).findall("{http://www.w3.org/2005/Atom}entry")  # noqa: S314  # ours
    assert len(entries) == len(rows)
    assert atom.headers["Content-Type"].startswith("application/atom+xml")
    items = json.loads(plain.content)["items"]
    assert [item["id"] for item in items] == [f"urn:uuid:{row.public_id}" for row in rows]
    assert "no-store" in plain.headers["Cache-Control"]
    client.post("/lab/signals/address/revoke/")
    assert [browser().get(path).status_code for path in paths] == [404, 404]


def test_feeds_name_neither_the_platform_nor_the_person(alice):
    given_signals(alice)
    _row, token = make_address(actor=alice)
    for form in ("atom", "json"):
        text = browser().get(f"/feeds/{token.reveal()}/signals.{form}").content.decode().lower()
        assert "cryptouniverse" not in text
        assert "alice" not in text
        assert "simulated" in text


@pytest.mark.parametrize("token", ["x", "a" * 300, "%00", "..%2f..", "é"])
def test_bad_tokens_are_not_found_alike(alice, token):
    make_address(actor=alice)
    answers = [browser().get(f"/feeds/{token}/signals.{form}") for form in ("atom", "json")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_page_of_many_costs_few_queries(alice, django_assert_max_num_queries):
    scanned()
    client = browser(alice)
    seen(alice)
    with django_assert_max_num_queries(24):
        client.get("/lab/opportunities/")


def test_what_comes_is_a_hint_for_the_panel_of_signals():
    assert WIRING["signals.delivered"] == (show_signals,)
    assert SIGNAL_PANELS == ("signals",)
    assert deliver_signals_when_candles_close in WIRING["trading.candles_closed"]
