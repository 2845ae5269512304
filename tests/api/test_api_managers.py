"""Bots that keep orders, over the API."""

import pytest

from strategies.bots.models import Bot
from tests.access.matrix import LADDER
from tests.api.client import ApiClient

MADE = {"strategy": "dca_ladder", "timeframe": "1h", "instruments": ["sim:BTC/USDT"], "allocation": "4000"}


@pytest.fixture
def api(stage):
    return ApiClient.signed_in(stage.people["owner"], host="acme.localhost")


def test_a_bot_is_made_with_exact_parameters_and_has_a_desk_once_a_candle_has_closed(api, stage):
    parameters = {"step_pct": "1.25", "maximum": 3, "counted_from": "previous"}
    made = api.post("bots", {"portfolio": stage.ids["portfolio_id"], "parameters": parameters, **MADE})

    assert made.status_code == 201
    told = made.json()
    assert {name: told["parameters"][name] for name in parameters} == parameters
    assert (told["stop_bps"], told["allocation"]) == (2_000, "4000")
    assert api.get(f"bots/{told['id']}/desks").json() == {"data": [], "has_more": False}


def test_a_ladder_is_shown_with_every_order_and_what_the_limits_allow(api, stage):
    answer = api.post("bots/ladders", {**LADDER, "portfolio": stage.ids["portfolio_id"]})

    assert answer.status_code == 200
    [ladder] = answer.json()["data"]
    assert [order["kind"] for order in ladder["orders"]] == ["market", "limit", "limit"]
    assert float(ladder["needed"]) <= float(ladder["funds"]) == 5000
    assert float(answer.json()["held_at_most"]) > 0


@pytest.mark.parametrize(
    ("asked", "code", "why"),
    [
        ({"allocation": "0"}, "bot.invalid", "its own funds"),
        ({"allocation": "100"}, "strategy.ladder_refused", "It needs"),
        ({"parameters": {"step_pct": "one"}}, "strategy.bad_parameter", "must be a number"),
        ({"stop_bps": 300}, "bot.invalid", "its parameters say it"),
        ({"trail_bps": 100}, "bot.invalid", "its parameters say it"),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(api, stage, asked, code, why):
    answer = api.post("bots", {"portfolio": stage.ids["portfolio_id"], **MADE, **asked})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert why in answer.json()["detail"]


def test_a_bot_at_candles_that_are_not_shown_is_refused_for_it_would_never_act(api, stage):
    asked = {"portfolio": stage.ids["portfolio_id"], **MADE, "timeframe": "4h"}
    answer = api.post("bots", asked)

    assert (answer.status_code, Bot.objects.filter(timeframe="4h").exists()) == (422, False)
    assert "never act" in answer.json()["facts"]["fields"]["timeframe"][0]["message"]


def test_the_catalogue_of_them_says_what_can_be_set(api):
    found = {one["name"]: one for one in api.get("managers").json()["data"]}
    settings = {one["name"]: one for one in found["spot_grid"]["parameters"]}

    assert settings["outside"] | {"meaning": ""} == {
        "name": "outside", "kind": "choice", "default": "hold", "low": None, "high": None,
        "words": ["hold", "stop", "trail"], "meaning": "",
    }  # fmt: skip
    assert (settings["count"]["kind"], settings["investment"]["kind"]) == ("int", "exact")
