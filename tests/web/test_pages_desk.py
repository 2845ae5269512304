"""The dashboard tells a trader what they own, what was decided and why, and nothing of anybody else."""

import re
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aiengine.autopilot.selectors import decisions_of
from tests.people import browser, member
from tests.web.stage import given_desk
from trading.execution.selectors import fills_of
from trading.portfolio.selectors import open_positions_of

PANELS = ["value", "allocation", "positions", "decisions", "activity", "credits", "bots"]
QUERIES_MAX = 19


def seen(response) -> str:
    """What the page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


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


def test_open_positions_show_stop_and_target(page, busy_desk):
    html = page.get("/").content.decode()

    rows = open_positions_of(busy_desk)
    assert rows and all(f'id="pos-{row.public_id}"' in html for row in rows)
    assert html.count("range__mark") == len(rows) and html.count('class="spark"') == len(rows)


def test_every_decision_shows_each_voter_and_the_gates_answer(page, busy_desk):
    html = page.get("/").content.decode()
    latest = list(decisions_of(busy_desk)[:8])

    assert all(f'id="dec-{row.public_id}"' in html for row in latest)
    voted = [row for row in latest if row.verdict_id]
    assert html.count('class="vote vote--rule') == 3 * len(voted) and "Rules, no AI" in html


def test_the_latest_fills_are_listed(page, busy_desk):
    html = page.get("/").content.decode()

    assert all(f'id="act-fill-{fill.public_id}"' in html for fill in fills_of(busy_desk)[:6])


def test_the_page_costs_few_queries(page, busy_desk):
    page.get("/")
    with CaptureQueriesContext(connection) as queries:
        page.get("/")

    asked = [query["sql"] for query in queries if not query["sql"].startswith("SET ")]
    assert len(asked) <= QUERIES_MAX, "\n".join(asked)


def test_a_refresh_sends_only_what_was_asked_for_to_be_swapped_in_place(page, busy_desk):
    html = page.get("/desk/panels/?only=value,credits").content.decode()

    assert re.findall(r'<section[^>]*id="panel-(\w+)"[^>]*hx-swap-oob="morph"', html) == ["value", "credits"]
    assert "<html" not in html and 'id="bar-stop" hx-swap-oob' in html


def test_a_refresh_of_everything_has_every_panel(page, desk):
    html = page.get("/desk/panels/?only=all").content.decode()

    assert re.findall(r'<section[^>]*id="panel-(\w+)"', html) == PANELS


def test_unknown_panels_periods_and_filters_are_ignored(page, desk):
    answer = page.get("/desk/panels/?only=value,secrets&period=9y&show=everything")

    assert answer.status_code == 200 and b'id="panel-value"' in answer.content


def test_the_filter_shows_refusals_only(page, busy_desk):
    html = page.get("/?show=refused").content.decode()

    shown = set(re.findall(r'id="dec-([0-9a-f-]{36})"', html))
    assert shown == {str(row.public_id) for row in decisions_of(busy_desk).filter(outcome="refused")[:8]}


def test_another_person_of_the_same_tenant_sees_none_of_it(busy_desk):
    carol = member("carol@acme.example")
    given_desk(carol, cash=77_000)

    html = browser(carol).get("/").content.decode()

    assert "77,000.00" in html
    assert not any(str(row.public_id) in html for row in [busy_desk, *open_positions_of(busy_desk)])


def test_a_session_of_another_tenant_opens_nothing(page, busy_desk, bolt_ctx):
    answer = page.get("/", headers={"host": "bolt.localhost"})

    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


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
