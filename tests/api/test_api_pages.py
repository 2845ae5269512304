"""Lists come in pages by cursor."""

import pytest

from tenants.audit import services as audit
from tests.api.client import ApiClient
from tests.people import member


@pytest.fixture
def admin_api(acme) -> ApiClient:
    """Signed in as Acme's administrator, with five audit records beside the sign-in's."""
    client = ApiClient.signed_in(member("ada@acme.example", role="admin"), host="acme.localhost")
    for number in range(5):
        audit.record(actor=None, action=f"test.{'abcde'[number]}", object=("thing", number))
    return client


def actions(answer) -> list[str]:
    return [row["action"].removeprefix("test.") for row in answer.json()["data"]]


def test_pages_walk_forward_to_the_end(admin_api):
    first = admin_api.get("audit/records", {"limit": 3})
    second = admin_api.get("audit/records", {"limit": 3, "starting_after": first.json()["data"][-1]["id"]})

    assert (actions(first), first.json()["has_more"]) == (["e", "d", "c"], True)
    assert (actions(second), second.json()["has_more"]) == (["b", "a", "session.started"], False)


def test_pages_walk_back_in_the_same_order(admin_api):
    last = admin_api.get("audit/records").json()["data"][-1]["id"]

    page = admin_api.get("audit/records", {"limit": 2, "ending_before": last})

    assert (actions(page), page.json()["has_more"]) == (["b", "a"], True)


def test_a_row_added_meanwhile_moves_nothing(admin_api):
    first = admin_api.get("audit/records", {"limit": 2})
    audit.record(actor=None, action="test.late", object=("thing", 9))

    second = admin_api.get("audit/records", {"limit": 2, "starting_after": first.json()["data"][-1]["id"]})

    assert actions(second) == ["c", "b"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "99999999999999999999"])
def test_a_limit_outside_1_to_100_is_refused(admin_api, limit):
    answer = admin_api.get("audit/records", {"limit": limit})

    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


@pytest.mark.parametrize("cursor", ["nonsense", "1", "00000000-0000-7000-8000-000000000000"])
def test_a_cursor_that_points_nowhere_is_refused(admin_api, cursor):
    assert admin_api.get("audit/records", {"starting_after": cursor}).status_code == 400


def test_two_cursors_are_refused(admin_api):
    row = admin_api.get("audit/records").json()["data"][0]["id"]

    assert admin_api.get("audit/records", {"starting_after": row, "ending_before": row}).status_code == 400
