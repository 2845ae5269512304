"""Updates name the version that they change, routes that go say so, operations keep their names."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cryptouniverse.kernel.deprecation import deprecated
from tests.api.client import ApiClient, document
from tests.people import browser

NAMES = Path(__file__).parent / "operations.txt"


@pytest.fixture
def api(stage):
    return ApiClient.signed_in(stage.people["owner"], host="acme.localhost")


def test_an_update_without_a_version_is_refused(api, stage):
    answer = api.patch(f"bots/{stage.ids['bot_id']}", {"allocation": "5"}, If_None_Match="x")

    assert (answer.status_code, answer.json()["code"]) == (428, "request.version_missing")


def test_a_bot_on_markets_that_its_strategy_cannot_trade_is_refused_with_the_reason(api, stage):
    wanted = {"portfolio": stage.ids["portfolio_id"], "timeframe": "1h", "instruments": ["sim:BTC/USDT"]}
    answer = api.post("bots", {"strategy": "funding_carry", **wanted})

    assert (answer.status_code, answer.json()["code"]) == (422, "strategy.bad_parameter")
    assert "its perpetual" in answer.json()["detail"]


def test_of_two_updates_of_one_version_the_second_is_refused(api, stage):
    path = f"bots/{stage.ids['bot_id']}"
    version = api.get(path)["ETag"]

    first = api.patch(path, {"allocation": "5"}, If_Match=version)
    second = api.patch(path, {"allocation": "6"}, If_Match=version)

    assert (first.status_code, second.status_code) == (200, 412)
    assert api.get(path).json()["allocation"] == "5"
    assert api.get(path)["ETag"] == first["ETag"] != version


def test_what_moves_by_itself_is_no_other_version_of_the_limits(api, stage):
    path = f"portfolios/{stage.ids['portfolio_id']}"
    version = api.get(f"{path}/limits")["ETag"]

    api.post(f"{path}/stop", {"reason": "wait"})

    assert api.get(f"{path}/limits")["ETag"] == version
    assert api.patch(f"{path}/limits", {"collar_bps": 50}, If_Match=version).json()["collar_bps"] == 50


def test_a_refused_update_changes_nothing_and_leaves_no_record(api, stage):
    path = f"portfolios/{stage.ids['portfolio_id']}/limits"

    assert api.patch(path, {"whitelist": ["binance:NONE/USDT"]}).status_code == 422
    assert api.patch(path, {"order_notional_max": "0"}).status_code == 422
    assert api.get(path).json()["whitelist"] == []


def test_every_update_can_be_read_first():
    """An update's version is what GET says, so each address with one has a GET; a file is put as a whole."""
    updates = {path for path, item in document()["paths"].items() if "patch" in item}

    assert updates and all("get" in document()["paths"][path] for path in updates)


def test_a_route_that_goes_says_since_when_until_when_and_what_follows(stage, settings):
    settings.ROOT_URLCONF = "tests.api.planted_routes"

    answer = browser(stage.people["owner"]).get("/api/v1/going")

    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
    assert '</api/v1/staying>; rel="successor-version"' in answer["Link"]


def test_a_route_does_not_go_in_less_than_180_days():
    with pytest.raises(ValueError, match="180"):
        deprecated(since=datetime(2026, 1, 1, tzinfo=UTC), sunset=datetime(2026, 6, 1, tzinfo=UTC), instead="/x")


def test_operations_keep_their_names():
    """Clients are generated from them. A new one is added to the file; one that goes is deprecated first."""
    there = {
        f"{operation['operationId']} {method.upper()} {path}"
        for path, item in document()["paths"].items()
        for method, operation in item.items()
    }

    assert sorted(there) == NAMES.read_text().splitlines()


def test_every_operation_has_a_tag_a_summary_and_errors():
    for item in document()["paths"].values():
        for operation in item.values():
            assert len(operation["tags"]) == 1 and operation["summary"], operation["operationId"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert {tag["name"] for tag in document()["tags"]} == {
        operation["tags"][0] for item in document()["paths"].values() for operation in item.values()
    }
