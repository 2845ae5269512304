"""Every list: as documented, filtered, a page at a time, and for a price that does not grow with its rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cryptouniverse.kernel import memory
from tests.access.stage import BTC
from tests.access.walking import address_of
from tests.api.client import ApiClient
from tests.api.plenty import given_plenty
from tests.routes import http_routes

QUERIES_MAX = 9
REMEMBERED = re.compile("^SET search_path")  # said again only when the server has another
LISTS = sorted(
    route.path.removeprefix("api/v1/")
    for route in http_routes()
    if hasattr(getattr(route.view, "cls", None), "paginate_queryset")
)


@pytest.fixture(scope="module")
def stage_of_the_file(stage_of_the_file):
    given_plenty(stage_of_the_file)
    owner = stage_of_the_file.people["owner"]
    type(owner).objects.filter(pk=owner.pk).update(role="admin")
    return stage_of_the_file


@pytest.fixture
def api(stage):
    return ApiClient.signed_in(stage.people["owner"], host="acme.localhost")


def asked(api, path, stage, **query):
    """The rows of one page, and how many queries it took."""
    with CaptureQueriesContext(connection) as seen:
        answer = api.get(address_of(path, stage.ids)[1:], query)
    assert answer.status_code == 200, answer.content
    return answer.json(), len([one for one in seen if not REMEMBERED.search(one["sql"])])


def test_no_list_costs_more_for_more_rows(api, stage, monkeypatch):
    """One test for all of them: the stage is dear. No second passes: what is remembered is not asked for again."""
    moment = memory.monotonic()
    monkeypatch.setattr(memory, "monotonic", lambda: moment)
    for path in LISTS:
        asked(api, path, stage)
        few, cost_of_few = asked(api, path, stage, limit=1)
        many, cost_of_many = asked(api, path, stage, limit=100)
        assert len(few["data"]) == 1 < len(many["data"]), path
        assert cost_of_many == cost_of_few <= QUERIES_MAX, (path, cost_of_few, cost_of_many)
    assert len(LISTS) >= 19


@pytest.mark.soak
def test_every_list_walks_from_page_to_page_without_a_row_twice_or_never(api, stage):
    for path in LISTS:
        whole, _ = asked(api, path, stage, limit=100)
        first, _ = asked(api, path, stage, limit=2)
        name = "fill" if path == "credits/profits" else "id"
        rest, _ = asked(api, path, stage, limit=100, starting_after=first["data"][-1][name])
        assert [row[name] for row in first["data"] + rest["data"]] == [row[name] for row in whole["data"]], path


@pytest.mark.parametrize(
    ("path", "query", "rows"),
    [
        ("bots", {"status": "paused"}, 0),
        ("bots", {"instrument": BTC}, 6),
        ("bots", {"instrument": "sim:ETH/USDT"}, 0),
        ("portfolios", {"kind": "paper"}, 2),
        ("portfolios", {"kind": "live"}, 0),
        ("credits/entries", {"until": "2000-01-01"}, 0),
        ("credits/entries", {"currency": "CREDIT"}, 0),
        ("credits/lots", {"currency": "PRACTICE"}, 4),
        ("users", {"role": "admin"}, 2),
        ("users", {"email": "OWNER@acme.example"}, 1),
        ("users", {"is_active": "false"}, 0),
        ("signals", {"action": "exit_long"}, 0),
        ("signals", {"since": "1970-01-01T00:00:00.002Z"}, 1),
        ("audit/records", {"limit": 3}, 3),
    ],
)
def test_lists_are_narrowed(api, path, query, rows):
    assert len(api.get(path, query).json()["data"]) == rows


def test_a_filter_that_is_none_is_refused(api, stage):
    for path, query in [
        ("bots", {"status": "asleep"}),
        ("bots", {"portfolio": "7"}),
        ("bots", {"strategy": "\x00"}),
        ("users", {"is_active": "maybe"}),
        ("transfers", {"since": "yesterday"}),
        ("transfers", {"until": "9999-12-31T23:59:59-12:00"}),
    ]:
        answer = api.get(path, query)
        assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed"), (path, query)


def test_a_persons_signals_are_those_of_their_bots_alone(stage):
    stranger = ApiClient.signed_in(stage.people["stranger"], host="acme.localhost")
    trader = ApiClient.signed_in(stage.people["team_trader"], host="acme.localhost")

    assert stranger.get("signals").json()["data"] == stranger.get("opportunities").json()["data"] == []
    assert len(trader.get("signals").json()["data"]) == 3
    assert len(trader.get("opportunities").json()["data"]) == 4
