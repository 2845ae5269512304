"""The portfolio over the API: exact, the caller's own, and nobody else's."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel.tenancy import in_tenant
from tests.api.client import ApiClient
from tests.people import member
from trading.portfolio.models import Position
from trading.portfolio.services.opening import open_portfolio


def test_it_shows_cash_value_positions_and_credits_as_exact_strings(api, alice):
    portfolio = open_portfolio(owner=alice, cash=Decimal("10000.10"))
    Position.objects.create(
        portfolio=portfolio, instrument_id="binance:BTC/USDT", quantity=Decimal("0.1"), cost=4200, entry_price=42000,
        stop_price=41000, mark_price=42001, mark_slot_ms=1_704_070_800_000, opened_slot_ms=1_704_067_200_000,
    )  # fmt: skip

    body = api.get("portfolio").json()

    assert (body["cash"], body["equity"], body["currency"]) == ("10000.1", "10000.1", "USDT")
    assert body["positions"][0]["quantity"] == "0.1"
    assert body["positions"][0]["opened_at"] == "2024-01-01T00:00:00Z"
    assert body["credits"] == {
        "currency": "PRACTICE",
        "bought": "0",
        "consumed": "0",
        "available": "0",
        "reached": True,
    }


def test_without_a_portfolio_there_is_nothing_to_find(api):
    assert api.get("portfolio").json()["code"] == "portfolio.unknown"


def test_nobody_sees_anybody_elses(api, alice, acme):
    open_portfolio(owner=alice, cash=Decimal(1))
    stranger = ApiClient.signed_in(member("stranger@acme.example"), host="acme.localhost")

    assert api.get("portfolio").status_code == 200
    assert stranger.get("portfolio").status_code == 404


def test_the_same_person_elsewhere_is_another_person(alice, bolt_ctx):
    open_portfolio(owner=alice, cash=Decimal(1))

    with in_tenant(bolt_ctx):
        twin = ApiClient.signed_in(member(alice.email), host="bolt.localhost")
        assert twin.get("portfolio").status_code == 404


def test_a_program_by_role_may_not_read_it(acme):
    robot = ApiClient.signed_in(member("robot@acme.example", role="api"), host="acme.localhost")

    assert robot.get("portfolio").status_code == 403


def test_it_takes_few_queries(api, alice):
    open_portfolio(owner=alice, cash=Decimal(1))

    with CaptureQueriesContext(connection) as seen:
        api.get("portfolio")

    assert len([query for query in seen if not query["sql"].startswith("SET search_path")]) <= 9
