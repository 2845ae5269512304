"""The lab's pages for runs over order books: the same form, run page, comparison and files as for candles."""

import csv
import io

import pytest
from django.urls import reverse

from strategies.backtest.models import Run
from strategies.backtest.selectors import trades_of
from strategies.backtest.services import work_runs
from tests.api.client import ApiClient
from tests.autopilot.finders import given_books, given_finder
from tests.people import browser, member
from tests.strategies.finding_stage import BTC_A, BTC_B, two_venues
from tests.strategies.scanner_stage import shown_to
from tests.trading.marketdata_cast import candles, given_candles
from tests.web.test_pages_lab import FORM as CANDLES

pytestmark = pytest.mark.django_db
BOTH = [BTC_A.id, BTC_B.id]
FORM = {
    "strategy": "cross_exchange", "p_age_ms_most": "500", "instruments": BOTH, "capital": "5000", "stop": "10",
    "taker": "0.1", "maker": "0.1",
}  # fmt: skip


@pytest.fixture
def slots(acme):
    return given_books((BTC_A, BTC_B), two_venues(120))


@pytest.fixture
def alice(slots):
    return browser(member("alice@example.com"))


def text(answer):
    return answer.content.decode()


def run(alice, form=FORM, **changes):
    assert alice.post(reverse("lab-start"), {**form, **changes}).status_code == 302
    work_runs()
    return Run.objects.latest("pk")


def test_it_is_asked_for_watched_and_read(alice):
    page = text(alice.get(reverse("lab"), {"strategy": "cross_exchange"}))
    assert 'name="p_least_bps"' in page and BTC_B.id in page and 'name="timeframe"' not in page
    assert "donchian_breakout" in page and '<option value="donchian_breakout"' not in page
    alice.post(reverse("lab-start"), FORM)
    found = Run.objects.get()
    waiting = text(alice.get(reverse("lab-run", args=[found.public_id])))
    assert 'hx-trigger="every 1s"' in waiting and "Order books" in waiting and ">Baselines<" not in waiting

    work_runs()
    page = text(alice.get(reverse("lab-run", args=[found.public_id])))
    found.refresh_from_db()
    assert found.hash in page and "hx-trigger" not in page.split('id="l-run"')[1].split(">")[0]
    for word in ("Buy and hold", "Random entries: A random entry buys", "Twice the costs", "one-sided", "given back"):
        assert word in page
    assert "Validated" not in page and "gate--ok" not in page
    assert "north" in page and found.plan["terms"]["capital"] == "5000"
    again = text(alice.get(reverse("lab"), {"run": found.public_id}))
    assert 'value="5000"' in again and again.count(" checked") == 2 and 'name="p_age_ms_most" value="500"' in again
    assert "order books ·" in text(alice.get(reverse("lab")))


def test_what_is_wrong_is_said_and_what_was_typed_stays(alice):
    for broken, said in (
        ({"instruments": BOTH[:1]}, "one pair on two exchanges"),
        ({"stop": "0"}, "Stop, percent"),
        ({"capital": "0"}, "Capital"),
        ({"p_age_ms_most": "-1"}, "age_ms_most"),
        ({"instruments": "x:NO/USDT"}, "Markets"),
        ({"since": "2031-01-01"}, "no books"),
        ({"strategy": "funding_carry"}, "funding_carry"),
    ):
        answer = alice.post(reverse("lab-start"), {**FORM, "taker": "0.25", **broken})
        assert answer.status_code == 422 and said in text(answer)
        assert 'name="taker" value="0.25"' in text(answer) or broken.get("strategy")
    assert not Run.objects.exists()


def test_trades_and_report_are_files(alice):
    found = run(alice)
    sheet = list(csv.DictReader(io.StringIO(text(alice.get(reverse("lab-trades", args=[found.public_id]))))))
    told = trades_of(found)
    fills = [fill for trade in told for order in trade["orders"] for fill in order["fills"]]
    assert [row["filled"] for row in sheet if row["filled"]] == [fill["size"] for fill in fills] != []
    assert {row["trade"] for row in sheet} == {str(number) for number in range(1, len(told) + 1)}
    report = text(alice.get(reverse("lab-report", args=[found.public_id])))
    assert found.hash in report and "A random entry buys" in report and "http" not in report.replace("http-equiv", "")


def test_it_stands_beside_a_run_over_candles_with_a_word_of_care(alice):
    given_candles(candles(600))
    one, other, third = run(alice), run(alice, CANDLES), run(alice, p_least_bps="30")
    page = text(alice.get(reverse("lab-compare"), {"run": [one.public_id, other.public_id]}))
    assert page.count('class="ln l-ln-') == 2 and "They are not of one kind" in page
    assert "Their times do not meet" not in page
    api = ApiClient.signed_in(other.owner, host="acme.localhost")
    assert api.get(f"backtests/{other.public_id}/trades").json()["data"][0]["entry_price"]
    alike = text(alice.get(reverse("lab-compare"), {"run": [one.public_id, third.public_id]}))
    assert "They are not of one kind" not in alike
    assert '<th scope="row">least_bps</th><td class="num">5</td><td class="num">30</td>' in alike


def test_a_bot_at_order_books_is_backtested_from_its_page(slots):
    bot = given_finder("cross_exchange", (BTC_A, BTC_B), funds="600")
    shown_to(slots[-1])
    page = browser(bot.owner)
    assert "Backtest it as it traded" in text(page.get(f"/bots/{bot.public_id}/found/"))
    made = page.post(reverse("bot-expected-backtest", args=[bot.public_id]))
    assert "/lab/" in made["Location"] and Run.objects.get().plan["bot"] == str(bot.public_id)
