"""The page of region rules: for administrators, with the order said and mistakes explained."""

import pytest

from tenants.regions.models import RegionRule
from tests.people import browser, member
from tests.tenants.regions_stage import KOREAN


@pytest.fixture
def page(acme):
    return browser(member("boss@acme.example", role="admin"))


def added(page, **changed):
    return page.post("/regions/add/", {"kind": "network", "value": "203.0.113.0/24", "verdict": "deny", **changed})


def test_a_rule_is_added_counts_and_is_deleted(page):
    assert added(page, note="Attacks")["Location"] == "/regions/"
    assert "Attacks" in page.get("/regions/").content.decode()
    assert browser().get("/accounts/login/", REMOTE_ADDR=KOREAN).status_code == 403

    page.post(f"/regions/{RegionRule.objects.get().public_id}/delete/")

    assert browser().get("/accounts/login/", REMOTE_ADDR=KOREAN).status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": ""}, "two letters of a country"),
        ({"value": "everywhere"}, "everywhere is no network"),
        ({"kind": "country", "value": "KP"}, "country database"),
        ({"value": "127.0.0.0/8"}, "keep you out as well"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(page, changed, said):
    answer = added(page, **changed)

    assert answer.status_code == 422 and said in answer.content.decode()
    assert not RegionRule.objects.exists()


def test_everybody_else_is_not_kept_out_with_oneself(page):
    answer = page.post("/regions/otherwise/", {"otherwise": "deny"}, follow=True)

    assert "keep you out as well" in answer.content.decode()
    added(page, value="127.0.0.1", verdict="allow")
    page.post("/regions/otherwise/", {"otherwise": "deny"})
    assert browser().get("/accounts/login/", REMOTE_ADDR=KOREAN).status_code == 403


@pytest.mark.parametrize("role", ["trader", "viewer"])
def test_it_is_for_administrators(acme, role):
    page = browser(member("eve@acme.example", role=role))

    assert page.get("/regions/").status_code == added(page).status_code == 403
    assert "/regions/" not in page.get("/keys/").content.decode()
