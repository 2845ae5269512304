"""The dashboard before anything has happened: first steps, looks, and nothing for strangers."""

import re

from cryptouniverse.kernel.market import Timeframe
from strategies.bots.services import create_bot
from tests.people import browser
from tests.web.seen import seen
from trading.marketdata.models import FundingRate

PANELS = ["value", "allocation", "positions", "decisions", "activity", "credits", "bots"]


def test_a_stranger_is_sent_to_the_sign_in_page(acme):
    answer = browser().get("/")

    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_the_sign_in_page_has_labels_and_no_sign_up(acme):
    text = seen(browser().get("/accounts/login/"))

    assert "E-mail address" in text and "Password" in text and "no open sign-up" in text


def test_a_person_without_a_portfolio_gets_first_steps(page):
    assert "You have no paper portfolio yet" in seen(page.get("/"))
    assert page.get("/desk/panels/").status_code == 204


def test_a_new_desk_shows_every_panel_with_its_first_step(page, desk):
    text = seen(page.get("/"))

    assert "100,000.00 USDT" in text and "The curve begins with the first closed candle." in text
    assert "No open positions" in text and "No decisions yet" in text and "No order yet" in text
    assert "1,000.00 of realised profit to go" in text.replace("$", "") and "Moving average cross" in text


def test_simulated_prices_are_marked_so(page, desk):
    assert "Simulated market" in seen(page.get("/")) and "Paper" in seen(page.get("/"))


def test_a_refresh_of_everything_has_every_panel(page, desk):
    html = page.get("/desk/panels/?only=all").content.decode()

    assert re.findall(r'<section[^>]*id="panel-(\w+)"', html) == PANELS


def test_unknown_panels_periods_and_filters_are_ignored(page, desk):
    answer = page.get("/desk/panels/?only=value,secrets&period=9y&show=everything")

    assert answer.status_code == 200 and b'id="panel-value"' in answer.content


def test_an_unknown_host_gets_a_plain_page(acme):
    answer = browser(host="nobody.localhost").get("/")

    assert answer.status_code == 404 and "No desk at this address" in seen(answer)


def test_a_refresh_after_sign_out_moves_the_whole_page(acme):
    answer = browser().get("/desk/panels/", headers={"HX-Request": "true"})

    assert answer.status_code == 401 and answer["HX-Redirect"].startswith("/accounts/login/")


def test_a_missing_page_is_said_in_the_same_look(page, desk):
    answer = page.get("/nothing-here")

    assert answer.status_code == 404 and "There is nothing here" in seen(answer)


def test_the_theme_of_the_cookie_is_set_before_the_first_paint(page, desk):
    page.cookies["theme"] = "light"
    assert b'data-theme="light"' in page.get("/").content

    page.cookies["theme"] = '"><script>'
    assert b'data-theme="' not in page.get("/").content


def test_the_page_forbids_inline_code_and_foreign_sources(page, desk):
    policy = page.get("/")["Content-Security-Policy"]

    assert "unsafe" not in policy and "default-src 'none'" in policy and "http:" not in policy


def test_a_bot_that_reads_funding_says_so_while_none_is_known_and_the_others_do_not(page, desk):
    create_bot(
        owner=desk.owner,
        portfolio=desk,
        strategy="unpaid_trend",
        parameters={},
        timeframe=Timeframe.H1,
        instruments=["sim:BTC/USDT", "sim:ETH/USDT"],
    )
    assert "Unpaid trend" in seen(page.get("/")) and "Waits for funding" not in seen(page.get("/"))

    FundingRate.objects.filter(instrument__name="sim:BTC/USDT").delete()
    text = seen(page.get("/"))
    assert text.count("Waits for funding") == 1
    assert "no rate of the last day is known of BTC/USDT. It enters nothing there until there is one" in text


def test_the_form_of_a_bot_offers_what_reads_funding_and_refuses_it_where_there_is_none(page, desk):
    FundingRate.objects.filter(instrument__name="sim:BTC/USDT").delete()
    sent = {"strategy": "unpaid_trend", "portfolio": str(desk.public_id), "name": "", "allocation": ""}
    assert "Crowded funding" in seen(page.get("/bots/new/"))
    answer = page.post("/bots/new/", {**sent, "instruments": ["sim:BTC/USDT"]})
    assert answer.status_code == 422
    assert "none are stored of sim:BTC/USDT: an operator brings them from a file" in seen(answer)
    assert page.post("/bots/new/", {**sent, "instruments": ["sim:ETH/USDT"]}).status_code == 302
