"""Webhooks over the API: every answer is as documented, and a secret is in the answer that makes it alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.webhooks.models import Delivery, Endpoint
from accounts.webhooks.services import deliver_due
from cryptouniverse.kernel import clock
from tenants.audit.models import AuditRecord
from tests.accounts.webhooks_stage import given_deliveries, given_endpoint, receiving
from tests.api.client import ApiClient
from tests.people import member

BODY = {"url": "https://hooks.example.com/cu", "events": ["credits.*"], "description": "Mine"}


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


@pytest.fixture
def api(alice):
    return ApiClient.signed_in(alice, host="acme.localhost")


def test_its_life_over_the_api(api, alice):
    made = api.post("webhooks", BODY)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    assert made["Cache-Control"] == "no-store"
    place = f"webhooks/{made.json()['id']}"

    assert api.get("webhooks").json()["data"] == [api.get(place).json()]
    assert api.patch(place, {"events": ["*"]}).json()["events"] == ["*"]
    rotated = api.post(f"{place}/rotate", {"overlap_hours": 1}).json()["secret"]
    assert rotated.startswith("whsec_") and rotated != made.json()["secret"]
    assert api.post(f"{place}/off", {}).json()["off_cause"] == "owner"
    assert api.post(f"{place}/test", {}).json()["code"] == "webhooks.off"
    assert api.post(f"{place}/on", {}).json()["off_since"] is None
    test = api.post(f"{place}/test", {})
    assert (test.status_code, test.json()["state"]) == (202, "pending")
    api.delete(place)
    assert api.get(place).status_code == 404

    records = AuditRecord.objects.filter(action__startswith="webhook.").order_by("pk")
    verbs = [record.action.partition(".")[2] for record in records]
    assert verbs == ["created", "changed", "secret_rotated", "switched_off", "switched_on", "tested", "deleted"]


def test_no_other_answer_holds_the_secret(api):
    made = api.post("webhooks", BODY).json()
    place = f"webhooks/{made['id']}"
    for answer in (
        api.get("webhooks"),
        api.get(place),
        api.patch(place, {"description": "x"}),
        api.post(f"{place}/test", {}),
        api.get(f"{place}/deliveries"),
        api.delete(place),
    ):
        assert made["secret"] not in answer.content.decode() and "whsec_" not in answer.content.decode()


def test_deliveries_are_listed_filtered_and_sent_again(api, alice):
    with receiving(lambda number, _: 410 if number else 200) as receiver:
        endpoint, _ = given_endpoint(alice, receiver.url)
        given_deliveries(alice, 3)
        deliver_due(endpoint_id=endpoint.public_id)
    place = f"webhooks/{endpoint.public_id}"

    everything = api.get(f"{place}/deliveries").json()["data"]
    assert [one["state"] for one in everything] == ["dead", "dead", "delivered"]
    assert len(api.get(f"{place}/deliveries", {"state": "dead", "limit": 1}).json()["data"]) == 1
    assert api.get(f"{place}/deliveries", {"type": "risk.trading_stopped"}).json()["data"] == []
    later = (clock.now() + timedelta(hours=1)).isoformat()
    assert api.get(f"{place}/deliveries", {"since": later}).json()["data"] == []
    assert api.get(f"{place}/deliveries", {"state": "lost"}).json()["code"] == "request.invalid"

    one = api.get(f"webhooks/deliveries/{everything[1]['id']}").json()
    assert one["tries"][0]["status"] == 410 and '"credits.topped_up"' in one["body"]
    api.post(f"{place}/on", {})
    again = api.post(f"webhooks/deliveries/{everything[0]['id']}/replay", {})
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    assert again.json()["message_id"] == everything[0]["message_id"]
    since = (clock.now() - timedelta(hours=1)).isoformat()
    assert api.post(f"{place}/replay", {"since": since}).json() == {"deliveries": 1}
    assert Delivery.objects.filter(state="pending").count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "egress.bad_address"),
        ({"url": "http://hooks.example.com/"}, "egress.bad_address"),
        ({"events": ["nothing.*"]}, "webhooks.invalid"),
        ({"events": []}, "request.invalid"),
        ({"whole_tenant": True}, "webhooks.whole_tenant"),
        ({"description": "x" * 121}, "request.invalid"),
        ({"url": None}, "request.invalid"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code(api, change, code):
    body = {name: value for name, value in {**BODY, **change}.items() if value is not None}
    assert api.post("webhooks", body).json()["code"] == code
    assert not Endpoint.objects.exists()


def test_what_can_be_asked_for_is_listed_with_its_schema(api, acme):
    kinds = {one["type"]: one for one in api.get("webhooks/event-types").json()}
    assert "execution.order_filled" in kinds and "trading.candles_closed" not in kinds
    assert kinds["credits.topped_up"]["schema"]["type"] == "object"

    admin = ApiClient.signed_in(member("admin@acme.example", role="admin"), host="acme.localhost")
    assert "trading.candles_closed" in {one["type"] for one in admin.get("webhooks/event-types").json()}


def test_somebody_elses_is_not_there(api, alice):
    eve = member("eve@acme.example", role="admin")
    endpoint, _ = given_endpoint(eve)
    [envelope] = given_deliveries(eve)
    delivery = Delivery.objects.get(event_id=envelope.id)
    for place in (f"webhooks/{endpoint.public_id}", f"webhooks/{uuid4()}"):
        for answer in (api.get(place), api.patch(place, {"description": "x"}), api.delete(place)):
            assert answer.status_code == 404
        assert api.get(f"{place}/deliveries").status_code == 404
        for verb, body in (
            ("on", {}),
            ("off", {}),
            ("rotate", {}),
            ("test", {}),
            ("replay", {"since": "2026-01-01T00:00Z"}),
        ):
            assert api.post(f"{place}/{verb}", body).status_code == 404
    assert api.get(f"webhooks/deliveries/{delivery.public_id}").status_code == 404
    assert api.post(f"webhooks/deliveries/{delivery.public_id}/replay", {}).status_code == 404
    assert api.get("webhooks").json()["data"] == []


def test_a_viewer_reads_and_writes_nothing(acme):
    viewer = member("viewer@acme.example", role="viewer")
    endpoint, _ = given_endpoint(viewer)
    api = ApiClient.signed_in(viewer, host="acme.localhost")
    assert api.get(f"webhooks/{endpoint.public_id}").status_code == 200
    assert api.post("webhooks", BODY).status_code == 403
    assert api.post(f"webhooks/{endpoint.public_id}/rotate", {}).status_code == 403
