"""The portfolio over the API: exact, the caller's own, and nobody else's."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel.tenancy import in_tenant
from tests.api.client import ApiClient
from tests.people import member
from tests.trading.connections_cast import credentials, given_connection
from trading.execution.services.opening import portfolio_of_connection
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


def at_an_exchange(user, label="Practice"):
    link = given_connection(user, label=label, keys=credentials(api_key=f"key-{label}"))
    return portfolio_of_connection(connection_pk=link.pk, cash=Decimal(7))


def test_one_of_several_is_asked_for_by_its_id(api, alice):
    paper, other = open_portfolio(owner=alice, cash=Decimal(1)), at_an_exchange(alice)

    assert api.get("portfolio").json()["id"] == str(paper.public_id)
    body = api.get("portfolio", {"portfolio": other.public_id}).json()
    assert (body["id"], body["kind"], body["cash"]) == (str(other.public_id), "sandbox", "7")
    assert body["connection"] == str(other.connection.public_id)


def test_an_id_that_is_none_or_somebody_elses_finds_nothing(api, acme):
    theirs = at_an_exchange(member("stranger@acme.example"))

    assert api.get("portfolio", {"portfolio": theirs.public_id}).status_code == 404
    assert api.get("portfolio", {"portfolio": "none"}).status_code == 422


def test_all_are_listed_with_their_connections_a_page_at_a_time(api, alice, acme):
    paper, *others = [
        open_portfolio(owner=alice, cash=Decimal(1)),
        at_an_exchange(alice, "A"),
        at_an_exchange(alice, "B"),
    ]
    at_an_exchange(member("stranger@acme.example"), "C")

    first = api.get("portfolios", {"limit": 2}).json()
    rest = api.get("portfolios", {"starting_after": first["data"][-1]["id"]}).json()

    rows = first["data"] + rest["data"]
    assert [row["id"] for row in rows] == [str(row.public_id) for row in (*others[::-1], paper)]
    assert first["has_more"] and not rest["has_more"]
    assert rows[-1]["connection"] is None and rows[0]["connection"] == str(others[1].connection.public_id)


def test_the_list_costs_the_same_for_many(api, alice):
    for number in range(5):
        at_an_exchange(alice, f"Account {number}")
    api.get("portfolios")
    with CaptureQueriesContext(connection) as queries:
        api.get("portfolios")

    asked = [query["sql"] for query in queries if "trading_" in query["sql"]]
    assert len(asked) == 1
