"""Optimisations over the API, from the start to the report."""

import pytest

from strategies.lab.services import work_optimisation
from tests.api.client import ApiClient
from tests.people import member
from tests.strategies.lab_stage import RANGES
from tests.strategies.markets import given_stored, walk

WANTED = {
    "strategy": "moving_average_cross",
    "instruments": ["BTC/USDT"],
    "timeframe": "1h",
    "ranges": RANGES,
    "objectives": ["sharpe", "max_drawdown"],
    "checks": {"folds": 3},
}


@pytest.fixture
def api(acme):
    given_stored(walk(24 * 60))
    return ApiClient.signed_in(member("wanda@lab.example"), host="acme.localhost")


def worked(made):
    while work_optimisation(optimisation_id=made["id"]):
        pass


def test_one_is_started_watched_and_read(api):
    made = api.post("optimisations", WANTED).json()
    path = f"optimisations/{made['id']}"
    waiting = api.get(path).json()
    worked(made)
    done = api.get(path).json()

    assert (made["state"], made["trials"], made["validated"]) == ("queued", 50, None)
    assert waiting["report"] is None and waiting["progress"]["done"] == 0
    assert (done["state"], done["progress"]["share"], done["validated"]) == ("done", 1, False)
    assert done["progress"]["best"] == done["report"]["best"]["number"] in done["report"]["front"]
    assert all("%(" not in reason["said"] for reason in done["report"]["verdict"]["reasons"])
    assert [one["id"] for one in api.get("optimisations", {"state": "done"}).json()["data"]] == [made["id"]]


def test_trials_come_in_pages_and_two_parameters_as_a_map(api):
    made = api.post("optimisations", WANTED).json()
    worked(made)
    page = api.get(f"optimisations/{made['id']}/trials", {"limit": "30"}).json()
    rest = api.get(f"optimisations/{made['id']}/trials", {"limit": "30", "starting_after": page["data"][-1]["id"]})
    shown = api.get(f"optimisations/{made['id']}/map", {"x": "fast", "y": "slow"}).json()

    assert [one["number"] for one in page["data"] + rest.json()["data"]] == list(range(49, -1, -1))
    assert page["has_more"] and not rest.json()["has_more"]
    assert (len(shown["xs"]), len(shown["values"])) == (6, 9)


def test_stopping_keeps_what_was_found_and_deleting_forgets_it(api):
    made = api.post("optimisations", WANTED).json()
    work_optimisation(optimisation_id=made["id"])
    path = f"optimisations/{made['id']}"

    assert api.delete(path).json()["code"] == "lab.not_over"
    assert api.post(f"{path}/stop", {}).json()["state"] == "running"
    worked(made)
    assert api.get(path).json()["report"]["trials"]["done"] == 20
    assert api.delete(path).status_code == 204
    assert api.get(path).json()["code"] == "lab.unknown_optimisation"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"trials": 3}, "lab.bad_search"),
        ({"ranges": {"fast": {"low": 0}}}, "lab.bad_search"),
        ({"ranges": {"quick": {}}}, "strategy.bad_parameter"),
        ({"objectives": ["charm"]}, "request.invalid"),
        ({"strategy": "none"}, "strategy.unknown"),
        ({"terms": {"capital": "0"}}, "backtest.bad_terms"),
        ({"since": "2031-01-01T00:00:00Z"}, "backtest.no_candles"),
        ({"checks": {"folds": 50}}, "lab.bad_search"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_code(api, changed, code):
    answer = api.post("optimisations", {**WANTED, **changed})

    assert answer.json()["code"] == code and 400 <= answer.status_code < 423
    assert api.get("optimisations").json()["data"] == []
