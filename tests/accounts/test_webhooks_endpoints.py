"""Endpoints: what may be asked for, by whom, and that a secret is shown once and never found again."""

import pytest
from pydantic import SecretStr

from accounts.webhooks import services
from accounts.webhooks.errors import BadEndpoint, TooManyEndpoints, UnknownEndpoint, WholeTenantIsForAdmins
from accounts.webhooks.models import Endpoint, EndpointSecret
from accounts.webhooks.selectors import access_endpoint, public_event_types
from accounts.webhooks.services.signing import signed_headers
from accounts.webhooks.types import ENDPOINTS_MAX
from cryptouniverse.kernel import vault
from cryptouniverse.kernel.egress.errors import BadAddress
from cryptouniverse.kernel.errors import MasterKeyMissing
from tenants.audit.models import AuditRecord
from tests.accounts.webhooks_stage import given_deliveries, given_endpoint
from tests.kernel.test_master_keys import fresh
from tests.people import member


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


def test_what_is_asked_for_is_facts_that_are_somebodys(alice):
    mine, all_of_them = set(public_event_types()), set(public_event_types(whole_tenant=True))
    assert {"execution.order_filled", "credits.topped_up", "risk.trading_stopped"} <= mine
    assert {"trading.candles_closed", "autopilot.cycle_finished"} <= all_of_them - mine


@pytest.mark.parametrize(
    "patterns", [[], ["nothing.here"], ["*", "credits"], ["cred*"], ["trading.candles_closed"], ["*.*"]]
)
def test_events_that_there_are_not_are_refused(alice, patterns):
    with pytest.raises(BadEndpoint):
        given_endpoint(alice, patterns=patterns)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/", "https://127.0.0.1/", "https://localhost/", "https://x/", ""]
)
def test_an_address_that_is_not_public_is_refused(alice, url):
    with pytest.raises(BadAddress):
        given_endpoint(alice, url)
    endpoint, _ = given_endpoint(alice)
    with pytest.raises(BadAddress):
        services.change_endpoint(endpoint=endpoint, actor=alice, url=url)


def test_everybodys_events_are_for_administrators(alice):
    with pytest.raises(WholeTenantIsForAdmins):
        given_endpoint(alice, whole_tenant=True)


def test_a_person_has_a_limited_number(alice):
    for _ in range(ENDPOINTS_MAX):
        given_endpoint(alice)
    with pytest.raises(TooManyEndpoints):
        given_endpoint(alice)


def test_somebody_elses_is_not_there(alice):
    endpoint, _ = given_endpoint(alice)
    with pytest.raises(UnknownEndpoint):
        access_endpoint(member("eve@acme.example", role="admin"), endpoint.public_id)


def test_its_life_is_audited_and_no_record_holds_the_secret_or_the_path(alice):
    endpoint, secret = given_endpoint(alice, "https://hooks.example.com/token-in-the-path")
    services.change_endpoint(endpoint=endpoint, actor=alice, description="New", patterns=["credits.*"])
    new = services.rotate_secret(endpoint=endpoint, actor=alice)
    for act in (services.switch_off, services.switch_off, services.switch_on, services.delete_endpoint):
        act(endpoint=endpoint, actor=alice)

    records = AuditRecord.objects.filter(action__startswith="webhook.").order_by("pk")
    verbs = [record.action.partition(".")[2] for record in records]
    assert verbs == ["created", "changed", "secret_rotated", "switched_off", "switched_on", "deleted"]
    kept = "".join(f"{record.before}{record.after}" for record in records)
    for text in (secret.reveal(), new.reveal(), "token-in-the-path"):
        assert text not in kept
    assert not EndpointSecret.objects.exists()


def test_a_secret_is_kept_closed(alice):
    endpoint, secret = given_endpoint(alice)
    row = EndpointSecret.objects.get()
    raw = secret.reveal()
    assert raw.startswith("whsec_") and len(raw) > 48
    assert raw.encode() not in bytes(row.wrapped)
    assert row.endpoint == endpoint


def test_a_rotation_of_the_master_key_reaches_webhooks(alice, settings):
    endpoint, _ = given_endpoint(alice)
    given_deliveries(alice)
    delivery = endpoint.deliveries.select_related("endpoint").get()
    old = settings.CU.cu_master_key
    settings.CU = settings.CU.model_copy(update={"cu_master_key": SecretStr(fresh()), "cu_master_key_old": old})
    assert vault.rewrap_secrets() == 1
    assert vault.rewrap_secrets() == 0

    settings.CU = settings.CU.model_copy(update={"cu_master_key_old": None})
    assert signed_headers(delivery)["webhook-signature"].startswith("v1,")
    settings.CU = settings.CU.model_copy(update={"cu_master_key": old})
    with pytest.raises(MasterKeyMissing):
        signed_headers(delivery)
