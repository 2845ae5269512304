"""The dashboard of a trader whose bots are at work: what they own, what was decided and why, and nothing of others."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from aiengine.autopilot.selectors import decisions_of
from tests.people import browser, member
from tests.web.stage import given_desk
from trading.execution.selectors import fills_of
from trading.portfolio.selectors import open_positions_of

QUERIES_MAX = 21  # two of them: what is stopped above the portfolio, and which bots are


def test_open_positions_show_stop_and_target(busy_page, busy_desk):
    html = busy_page.get("/").content.decode()

    rows = open_positions_of(busy_desk)
    assert rows and all(f'id="pos-{row.public_id}"' in html for row in rows)
    assert html.count("range__mark") == len(rows) and html.count('class="spark"') == len(rows)


def test_every_decision_shows_each_voter_and_the_gates_answer(busy_page, busy_desk):
    html = busy_page.get("/").content.decode()
    latest = list(decisions_of(busy_desk)[:8])

    assert all(f'id="dec-{row.public_id}"' in html for row in latest)
    voted = [row for row in latest if row.verdict_id]
    assert html.count('class="vote vote--rule') == 3 * len(voted) and "Rules, no AI" in html


def test_the_latest_fills_are_listed(busy_page, busy_desk):
    html = busy_page.get("/").content.decode()

    assert all(f'id="act-fill-{fill.public_id}"' in html for fill in fills_of(busy_desk)[:6])


def test_the_page_costs_few_queries(busy_page, busy_desk):
    busy_page.get("/")
    with CaptureQueriesContext(connection) as queries:
        busy_page.get("/")

    asked = [query["sql"] for query in queries if not query["sql"].startswith("SET ")]
    assert len(asked) <= QUERIES_MAX, "\n".join(asked)


def test_a_refresh_sends_only_what_was_asked_for_to_be_swapped_in_place(busy_page, busy_desk):
    html = busy_page.get("/desk/panels/?only=value,credits").content.decode()

    assert re.findall(r'<section[^>]*id="panel-(\w+)"[^>]*hx-swap-oob="morph"', html) == ["value", "credits"]
    assert "<html" not in html and 'id="bar-stop" hx-swap-oob' in html


def test_the_filter_shows_refusals_only(busy_page, busy_desk):
    html = busy_page.get("/?show=refused").content.decode()

    shown = set(re.findall(r'id="dec-([0-9a-f-]{36})"', html))
    assert shown == {str(row.public_id) for row in decisions_of(busy_desk).filter(outcome="refused")[:8]}


def test_another_person_of_the_same_tenant_sees_none_of_it(busy_desk):
    carol = member("carol@acme.example")
    given_desk(carol, cash=77_000)

    html = browser(carol).get("/").content.decode()

    assert "77,000.00" in html
    assert not any(str(row.public_id) in html for row in [busy_desk, *open_positions_of(busy_desk)])


def test_a_session_of_another_tenant_opens_nothing(busy_page, busy_desk, bolt_ctx):
    answer = busy_page.get("/", headers={"host": "bolt.localhost"})

    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
