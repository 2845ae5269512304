"""Connections over the API: every answer is as documented, keys go in and never come out."""

import pytest

from tenants.audit.models import AuditRecord
from tests.api.client import ApiClient, document
from tests.people import member
from tests.trading.connections_cast import API_KEY, SECRET, credentials, given_connection
from tests.trading.fake_exchange import TRADING
from tests.trading.sandbox_control import sandbox_control
from trading.connections.models import Connection
from trading.connections.services import activate, check_connection, open_credentials, opening
from trading.connections.types import TERMS_VERSION, Status
from trading.exchanges.types import KeyRights

PATH = "exchanges/connections"
BODY = {"venue": "binance", "kind": "sandbox", "label": "Practice", "api_key": API_KEY, "secret": SECRET}


@pytest.fixture
def api(alice):
    return ApiClient.signed_in(alice, host="acme.localhost")


@pytest.fixture
def made(api, exchange):
    exchange.knows(credentials())
    return api.post(PATH, BODY).json()


def test_a_connection_is_made_and_read(api, made):
    assert (made["status"], made["kind"], made["venue"], made["drift"]) == ("tested", "sandbox", "binance", "0")
    assert made["rights"] == {"trade": True, "withdraw": False, "transfer": False, "ip_restricted": True}
    assert api.get(f"{PATH}/{made['id']}").json() == made
    assert api.get(PATH).json() == {"data": [made], "has_more": False}


def test_no_answer_holds_the_key(api, made, exchange):
    for answer in (
        api.get(PATH),
        api.get(f"{PATH}/{made['id']}"),
        api.patch(f"{PATH}/{made['id']}", {"label": "Other"}),
        api.post(f"{PATH}/{made['id']}/rotate", {"api_key": API_KEY, "secret": SECRET}),
        api.post(f"{PATH}/{made['id']}/test", {}),
        api.post(PATH, BODY),
        api.post(PATH, {**BODY, "label": "x" * 61}),
        api.post(PATH, {**BODY, "api_key": API_KEY + " blank"}),
        api.delete(f"{PATH}/{made['id']}"),
    ):
        assert API_KEY not in answer.content.decode() and SECRET not in answer.content.decode()


def test_keys_are_for_writing_only_in_the_document():
    schemas = document()["components"]["schemas"]
    assert not {"api_key", "secret", "key_fingerprint"} & schemas["Connection"]["properties"].keys()
    for name in ("NewConnection", "Key"):
        assert schemas[name]["properties"]["secret"]["writeOnly"] is True


def test_its_life_over_the_api(api, made, exchange, alice):
    place = f"{PATH}/{made['id']}"

    assert api.post(f"{place}/activate", {}).json()["status"] == "active"
    assert api.post(f"{place}/activate", {}).json()["takes_entries"] is True
    assert api.post(f"{place}/deactivate", {}).json()["status"] == "inactive"
    assert api.patch(place, {"label": "Renamed"}).json()["label"] == "Renamed"
    exchange.knows(credentials("another-key-1", "another-secret-1"))
    assert api.post(f"{place}/rotate", {"api_key": "another-key-1", "secret": "another-secret-1"}).status_code == 200
    assert api.delete(place).json()["status"] == "deleted"
    assert api.get(place).status_code == 404

    records = AuditRecord.objects.filter(action__startswith="connection.").order_by("pk")
    verbs = [record.action.partition(".")[2] for record in records]
    assert verbs == ["created", "activated", "deactivated", "renamed", "rotated", "deleted"]
    assert {record.actor for record in records} == {alice.public_id}


def test_a_test_is_done_by_the_trader_and_read_afterwards(api, made, exchange):
    answer = api.post(f"{PATH}/{made['id']}/test", {})
    assert answer.status_code == 202 and answer.json()["check_asked_at"]

    with opening():
        check_connection(Connection.objects.get())
    after = api.get(f"{PATH}/{made['id']}").json()
    assert after["check_asked_at"] is None and after["checked_at"] > made["checked_at"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "live"}, "connections.terms_not_accepted"),
        ({"kind": "live", "terms_version": TERMS_VERSION}, "connections.live_not_allowed"),
        ({"label": "Practice"}, "connections.label_taken"),
        ({"api_key": "not-a-known-key"}, "exchange.key_refused"),
        ({"base_url": "https://venue.example.com"}, "connections.custom_endpoint"),
        ({"kind": "paper"}, "connections.invalid"),
        ({"kind": "demo"}, "request.invalid"),
        ({"venue": "kraken"}, "request.invalid"),
        ({"label": ""}, "request.invalid"),
        ({"secret": "short"}, "request.invalid"),
        ({"secret": "with blank in it"}, "request.invalid"),
        ({"secret": None}, "request.invalid"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(api, made, change, code):
    body = {**BODY, "label": "Other", **change}
    answer = api.post(PATH, {name: value for name, value in body.items() if value is not None})

    assert answer.json()["code"] == code
    assert Connection.objects.count() == 1


def test_a_key_that_may_move_funds_is_refused_with_its_rights(api, exchange):
    exchange.knows(credentials(), KeyRights(trade=True, withdraw=True, transfer=None, ip_restricted=None))
    answer = api.post(PATH, BODY)

    assert (answer.status_code, answer.json()["code"]) == (422, "connections.too_many_rights")
    assert answer.json()["facts"]["rights"] == ["withdraw"]


def test_paper_takes_no_key(api, exchange):
    body = {"venue": "binance", "kind": "paper", "label": "Paper"}
    assert api.post(PATH, body).json()["status"] == "tested"


def test_a_sandbox_account_is_opened_with_a_key_of_ours(api, exchange, settings):
    with sandbox_control(exchange, settings, token="control") as control:
        answer = api.post(PATH, {"venue": "binance", "kind": "sandbox", "label": "Mine"})

    assert (answer.status_code, answer.json()["status"]) == (201, "tested")
    [opened] = control.opened
    assert opened["balances"] == {"USDT": "100000"}
    with opening():
        kept = open_credentials(Connection.objects.get())
    assert (kept.api_key.reveal(), kept.secret.reveal()) == (opened["api_key"], opened["secret"])
    assert len({opened["api_key"], opened["secret"]}) == 2 and len(opened["secret"]) == 64


@pytest.mark.parametrize("status", [403, 500])
def test_a_sandbox_that_opens_nothing_is_said_to(api, exchange, settings, status):
    with sandbox_control(exchange, settings, token="control", status=status):
        answer = api.post(PATH, {"venue": "binance", "kind": "sandbox", "label": "Mine"})

    assert (answer.status_code, answer.json()["code"]) == (503, "connections.sandbox_unavailable")
    assert answer.json()["facts"] == {"reason": f"HTTP {status}"}
    assert not Connection.objects.exists()


def test_a_sandbox_that_is_not_there_is_said_to(api, exchange, settings):
    settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": "http://127.0.0.1:1"})
    assert api.post(PATH, {"venue": "binance", "kind": "sandbox", "label": "Mine"}).status_code == 503
    settings.CU = settings.CU.model_copy(update={"cu_sandbox_url": ""})
    answer = api.post(PATH, {"venue": "binance", "kind": "sandbox", "label": "Mine"})
    assert (answer.status_code, answer.json()["code"]) == (422, "connections.no_sandbox")


def test_pages_of_the_list_follow_a_cursor(api, alice, exchange):
    for number in range(3):
        keys = exchange.knows(credentials(f"key-number-{number}", "secret-of-it"), TRADING)
        given_connection(alice, label=f"N{number}", keys=keys)
    first = api.get(PATH, {"limit": 2}).json()
    second = api.get(PATH, {"limit": 2, "starting_after": first["data"][-1]["id"]}).json()

    assert [row["label"] for row in first["data"] + second["data"]] == ["N2", "N1", "N0"]
    assert (first["has_more"], second["has_more"]) == (True, False)


VERBS = ("", "/test", "/activate", "/deactivate", "/rotate")


def asked(api, place):
    """Every way to touch one connection."""
    yield api.get(place)
    yield api.patch(place, {"label": "Stolen"})
    yield api.delete(place)
    for verb in VERBS[1:]:
        yield api.post(place + verb, {"api_key": API_KEY, "secret": SECRET})


@pytest.mark.parametrize("role", ["trader", "admin"])
def test_somebody_elses_connection_is_not_there(alice, exchange, role):
    row = activate(connection=given_connection(alice, status=Status.TESTED), actor=alice)
    eve = ApiClient.signed_in(member("eve@acme.example", role=role), host="acme.localhost")

    assert {answer.status_code for answer in asked(eve, f"{PATH}/{row.public_id}")} == {404}
    assert eve.get(PATH).json()["data"] == []
    row.refresh_from_db()
    assert (row.status, row.label) == (Status.ACTIVE, "Main")


def test_a_viewer_reads_and_changes_nothing(acme, exchange):
    viewer = member("viewer@acme.example", role="viewer")
    row = given_connection(viewer)
    api = ApiClient.signed_in(viewer, host="acme.localhost")

    read, *rest = [answer.status_code for answer in asked(api, f"{PATH}/{row.public_id}")]
    assert read == 200 and set(rest) == {403}
    assert api.post(PATH, BODY).status_code == 403


def test_nobody_is_asked_to_sign_in(acme):
    nobody = ApiClient(host="acme.localhost")
    assert nobody.get(PATH).status_code == 401
    assert nobody.post(PATH, BODY).status_code == 401


def test_a_program_switches_and_does_not_manage(acme, exchange):
    """The role API: trading is read and executed by key; keys and names are a person's."""
    program = member("bot@acme.example", role="api")
    row = given_connection(program, status=Status.TESTED)
    api = ApiClient.signed_in(program, host="acme.localhost")

    assert api.post(f"{PATH}/{row.public_id}/activate", {}).status_code == 200
    assert api.post(f"{PATH}/{row.public_id}/deactivate", {}).status_code == 200
    assert api.delete(f"{PATH}/{row.public_id}").status_code == 403
    assert api.post(PATH, BODY).status_code == 403
