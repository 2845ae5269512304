"""A bot's days and its drift over the API."""

import pytest

from strategies.monitoring.models import DriftAlarm
from tests.access.stage import given_day
from tests.api.client import ApiClient


@pytest.fixture
def path(stage):
    return f"bots/{stage.ids['bot_id']}"


@pytest.fixture
def api(stage):
    return ApiClient.signed_in(stage.people["owner"], host="acme.localhost")


def test_the_days_are_listed_and_narrowed_by_time(api, path, stage):
    given_day(stage.people["owner"], 5)

    every = api.get(f"{path}/days").json()["data"]
    late = api.get(f"{path}/days", {"since": "2024-01-05T00:00:00Z"}).json()["data"]

    assert [one["day"] for one in every] == ["2024-01-07", "2024-01-02"]
    assert [one["day"] for one in late] == ["2024-01-07"]
    assert (every[0]["expected"], every[0]["actual"], every[0]["gap"]) == ("5", "4", "-1")
    assert every[0]["parts"]["fills"] == "-1"


def test_one_day_has_its_trades_and_what_was_refused(api, path):
    day = api.get(f"{path}/days/2024-01-02").json()

    assert day["trades"][0]["expected"]["profit"] == "5"
    assert day["trades"][0]["actual"]["profit"] == "4"
    assert day["refusals"][0]["why"] == "no_verdict"
    assert api.get(f"{path}/days/2024-01-09").json()["code"] == "monitoring.unknown_day"
    assert api.get(f"{path}/days/soon").status_code == 404


def test_drift_is_read_chosen_and_ended(api, path):
    assert api.get(f"{path}/drift").json()["alarm"]["rule"] == "behind"
    assert not api.get(f"{path}/drift").json()["pause_on_drift"]

    assert api.patch(f"{path}/drift", {"pause_on_drift": True}).json()["pause_on_drift"]
    ended = api.post(f"{path}/drift/end", {})

    assert ended.json()["alarm"] is None
    assert DriftAlarm.objects.filter(ended_at=None).count() == 0
    assert api.post(f"{path}/drift/end", {}).json()["code"] == "monitoring.no_alarm"
