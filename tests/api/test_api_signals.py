"""The scanner and signal feeds over the API: the ranking in pages, what is followed, what came since."""

from __future__ import annotations

import pytest

from accounts.users.models import User
from cryptouniverse.kernel.market import Timeframe
from strategies.feed.delivering import deliver_signals
from strategies.feed.models import SignalSubscription
from tests.api.client import ApiClient
from tests.people import member
from tests.strategies.scanner_stage import BTC, CURSOR, HOUR, given_markets, scanned, shown_to

pytestmark = pytest.mark.django_db
FOLLOW = {"strategy": "moving_average_cross", "instrument": BTC, "timeframe": "1h"}
QUICK = {"fast": 3, "slow": 10, "band_bps": 1}


@pytest.fixture
def alice(acme) -> User:
    given_markets()
    return member("alice@example.com")


@pytest.fixture
def api(alice):
    return ApiClient.signed_in(alice, host="acme.localhost")


def test_before_the_first_scan_there_is_none(api):
    answer = api.get("scanner")
    assert (answer.status_code, answer.json()["code"]) == (404, "scanner.not_yet")
    assert api.get("scanner/opportunities").json() == {"data": [], "has_more": False}


def test_the_ranking_comes_in_pages_of_one_scan_whatever_is_scanned_meanwhile(api):
    rows = scanned()
    first = api.get("scanner/opportunities", {"limit": 2}).json()
    assert first["has_more"] is True
    scanned(CURSOR + HOUR)
    rest = api.get("scanner/opportunities", {"starting_after": first["data"][-1]["id"]}).json()
    assert [one["rank"] for one in first["data"] + rest["data"]] == [row.rank for row in rows]


def test_an_opportunity_is_told_whole_with_exact_prices_and_its_simulated_record(api):
    [row, *_others] = scanned()
    found = api.get(f"scanner/opportunities/{row.public_id}").json()
    assert found["entry"] == f"{row.entry.normalize():f}"
    assert found["signal"] == str(row.signal_id)
    assert found["record"]["days"] == row.record.track["periods"]
    assert found["record"]["hash"] == row.record.hash
    assert found["record"]["trades"] == row.record.track["trades"]
    assert found["record"]["expectancy_r"] == row.record.track["expectancy_r"]
    assert found["validated"] is False
    assert found["reasons"]
    assert found["score"] == f"{row.score.normalize():f}"


def test_filters_narrow(api):
    rows = scanned()
    family = rows[0].family
    found = api.get("scanner/opportunities", {"family": family, "instrument": rows[0].instrument_id}).json()["data"]
    assert {one["family"] for one in found} == {family}
    assert api.get("scanner/opportunities", {"validated": "true"}).json()["data"] == []
    assert api.get("scanner/opportunities", {"timeframe": "7h"}).status_code == 400


def test_the_last_scan_says_how_much_was_tried(api):
    rows = scanned()
    found = api.get("scanner").json()
    assert (found["strategies"], found["markets"], found["tried"]) == (5, 2, 10)
    assert (found["opportunities"], found["failures"]) == (len(rows), [])


def test_following_and_reading_what_came_since(api):
    made = api.post("signals/subscriptions", {**FOLLOW, "parameters": QUICK})
    assert made.status_code == 201
    shown_to(CURSOR + 15 * HOUR)
    deliver_signals()
    known = api.get("signals/feed").json()["data"]
    shown_to(CURSOR + 40 * HOUR)
    deliver_signals()
    since = api.get("signals/feed", {"limit": 100, "ending_before": known[0]["id"]}).json()["data"]
    whole = api.get("signals/feed", {"limit": 100}).json()["data"]
    assert len(since) >= 1
    assert whole == since + known
    assert api.delete(f"signals/subscriptions/{made.json()['id']}").status_code == 204
    assert api.get("signals/subscriptions").json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"strategy": "moving_average_cross"},
        {**FOLLOW, "score_least": "0.1"},
        {"score_least": "101"},
        {"score_least": 0.5},
        {"score_least": "1e3"},
        {**FOLLOW, "timeframe": "1y"},
        {**FOLLOW, "parameters": {"fast": "x"}},
        {**FOLLOW, "instrument": "binance:NONE/USDT"},
    ],
)
def test_what_cannot_be_followed_is_refused_and_nothing_kept(api, body):
    assert 400 <= api.post("signals/subscriptions", body).status_code < 500
    assert not SignalSubscription.objects.exists()


def test_an_address_is_shown_once(api):
    assert api.get("signals/feed/address").status_code == 404
    made = api.post("signals/feed/address", {})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    assert made.json()["atom"].startswith("/feeds/")
    kept = api.get("signals/feed/address").json()
    assert "atom" not in kept
    assert kept["hint"] == made.json()["atom"].split("/")[2][:6]
    assert api.delete("signals/feed/address").status_code == 204
    assert api.get("signals/feed/address").status_code == 404


def test_an_hourly_subscription_names_its_candles(api):
    found = api.post("signals/subscriptions", FOLLOW).json()
    assert (found["timeframe"], found["score_least"]) == (Timeframe.H1.value, None)
    assert set(found["parameters"]) >= {"fast", "slow"}
