"""API keys over the API: by people, for themselves, never by a key."""

import pytest

from accounts.apikeys.services import create_key
from tests.api.client import ApiClient
from tests.people import browser, member

KEYS = "auth/keys"
NEW = {"name": "Bot", "scopes": ["trading:read"]}


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


@pytest.fixture
def api(ann):
    return ApiClient.signed_in(ann, host="acme.localhost")


def test_a_key_is_made_shown_once_and_read_without_it(api):
    made = api.post(KEYS, {**NEW, "networks": ["127.0.0.0/8"]})
    key = made.json()["key"]

    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    assert browser().get("/api/v1/exchanges/connections", headers={"authorization": f"bearer {key}"}).status_code == 200
    listed, one = api.get(KEYS), api.get(f"{KEYS}/{made.json()['id']}")
    assert key not in listed.content.decode() + one.content.decode()
    assert one.json()["status"] == "active" and one.json()["last_used_address"] == "127.0.0.1"


def test_a_key_is_renamed_rotated_and_revoked(api):
    made = api.post(KEYS, NEW).json()

    assert api.patch(f"{KEYS}/{made['id']}", {"name": "Other"}).json()["name"] == "Other"
    rotated = api.post(f"{KEYS}/{made['id']}/rotate", {"overlap_hours": 2}).json()
    assert rotated["key"] != made["key"] and api.get(f"{KEYS}/{made['id']}").json()["status"] == "replaced"
    assert api.delete(f"{KEYS}/{rotated['id']}").json()["status"] == "revoked"
    assert api.post(f"{KEYS}/{rotated['id']}/rotate", {}).json()["code"] == "apikeys.ended"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scopes": ["admin:read"]}, "apikeys.scope_too_wide"),
        ({"scopes": ["funds:withdraw"]}, "request.invalid"),
        ({"scopes": []}, "request.invalid"),
        ({"networks": ["nowhere"]}, "apikeys.invalid"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "apikeys.invalid"),
        ({"owner": "01890000-0000-7000-8000-000000000000"}, "apikeys.unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(api, changed, code):
    assert api.post(KEYS, {**NEW, **changed}).json()["code"] == code


def test_who_looks_after_people_makes_the_keys_of_programs(acme):
    boss, program = member("boss@acme.example", role="admin"), member("bot@acme.example", role="api")
    api = ApiClient.signed_in(boss, host="acme.localhost")

    made = api.post(KEYS, {**NEW, "owner": str(program.public_id)})

    assert made.json()["owner"] == str(program.public_id)
    assert api.post(KEYS, {**NEW, "owner": str(program.public_id), "scopes": ["admin:read"]}).status_code == 422


def test_somebody_elses_key_is_not_there(api, acme):
    eve = member("eve@acme.example")
    row, _ = create_key(owner=eve, actor=eve, name="Hers", scopes=["trading:read"])

    answers = [
        api.get(f"{KEYS}/{row.public_id}"),
        api.patch(f"{KEYS}/{row.public_id}", {"name": "x"}),
        api.post(f"{KEYS}/{row.public_id}/rotate", {}),
        api.delete(f"{KEYS}/{row.public_id}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert api.get(KEYS).json()["data"] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_cannot_look_after_keys(acme, method):
    boss = member("boss@acme.example", role="admin")
    _, text = create_key(owner=boss, actor=boss, name="All", scopes=sorted({"trading:read", "users:write"}))
    headers = {"authorization": f"Bearer {text.reveal()}"}

    answer = getattr(browser(), method)(f"/api/v1/{KEYS}", NEW, content_type="application/json", headers=headers)

    assert answer.json()["code"] == "apikeys.not_by_key"
