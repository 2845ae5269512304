"""API keys over the API: by people, for themselves, never by a key."""

from datetime import timedelta

import pytest

from accounts.apikeys.services import create_key
from accounts.tokens.services import refresh, sign_in
from cryptouniverse.kernel import clock
from tests.api.client import ApiClient
from tests.people import PASSWORD, browser, member

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


@pytest.mark.parametrize(("method", "code"), [("get", "apikeys.not_by_key"), ("post", "security.step_up_required")])
def test_a_key_cannot_look_after_keys(acme, method, code):
    boss = member("boss@acme.example", role="admin")
    _, text = create_key(owner=boss, actor=boss, name="All", scopes=sorted({"trading:read", "users:write"}))
    headers = {"authorization": f"Bearer {text.reveal()}"}

    answer = getattr(browser(), method)(f"/api/v1/{KEYS}", NEW, content_type="application/json", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, code)


def test_making_and_replacing_a_key_asks_for_a_fresh_proof(ann):
    row, _ = create_key(owner=ann, actor=ann, name="Bot", scopes=["trading:read"])
    stale = ApiClient(host="acme.localhost", client=browser(ann, confirmed=False))

    answers = [stale.post(KEYS, NEW), stale.post(f"{KEYS}/{row.public_id}/rotate", {})]

    assert [one.json()["code"] for one in answers] == ["security.step_up_required"] * 2
    assert stale.delete(f"{KEYS}/{row.public_id}").status_code == 200  # ending one never waits


def test_a_token_is_proof_for_five_minutes_after_signing_in_and_a_refresh_is_none(ann, rf):
    pair = sign_in(request=rf.post("/"), email=ann.email, password=PASSWORD)

    def made(access):
        headers = {"authorization": f"Bearer {access}"}
        return browser().post(f"/api/v1/{KEYS}", NEW, content_type="application/json", headers=headers).status_code

    assert made(pair.access) == 201
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert made(pair.access) == made(refresh(text=pair.refresh).access) == 403
