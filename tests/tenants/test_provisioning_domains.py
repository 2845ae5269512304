"""Domains: nobody gets a name that is not theirs, and none is served without its record in the DNS."""

from datetime import timedelta

import pytest
from django.test import Client

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import correlated
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tenants.provisioning.domains import (
    add_domain,
    check_domain,
    make_primary,
    prove_again,
    release_held,
    remove_domain,
)
from tenants.provisioning.errors import (
    BadDomain,
    CheckedJustNow,
    DomainIsGiven,
    DomainNotVerified,
    DomainTaken,
    TooManyDomains,
    UnknownDomain,
)
from tenants.provisioning.models import Domain
from tenants.provisioning.proving import challenge_name, challenge_value
from tenants.provisioning.selectors import domain_of, forget_hosts, hosts_of, origin_of
from tests.people import browser, member
from tests.tenants.dns_server import dns_server

DESK = "desk.northgate.com"


@pytest.fixture(autouse=True)
def forgotten():
    yield
    forget_hosts()


@pytest.fixture
def dns(settings):
    with dns_server() as server:
        settings.CU = settings.CU.model_copy(update={"cu_dns_server": server.address})
        yield server


@pytest.fixture
def ada(acme):
    return member("ada@acme.example", role="admin")


def asked(tenant, actor, name=DESK):
    return add_domain(tenant=tenant, name=name, actor=actor)


def proven(tenant, actor, dns, name=DESK):
    row = asked(tenant, actor, name)
    dns.txt[challenge_name(row.domain)] = challenge_value(row.token)
    return check_domain(tenant=tenant, name=name, actor=actor)


def days_later(days):
    """Each day's lookup, one after the other."""
    for day in range(1, days + 1):
        with clock.at(clock.now() + timedelta(days=day, minutes=day)):
            prove_again()
            release_held()


@pytest.mark.parametrize(
    "name",
    ["", "localhost", "com", "co.uk", "github.io", "acme.localhost", "192.168.0.1", "[::1]", "::1", "0x7f.1", "a b.com",
     "-a.com", "a..com", "x.test", "x.internal", "http://a.com", "a.com/x", "a.com:80", "*.a.com", f"{'a' * 64}.com",
     f"{'abcdefgh.' * 27}com", "ｌｏｃａｌｈｏｓｔ", "xn--a.com", "_x.com"],
)  # fmt: skip
def test_what_cannot_be_a_tenants_own_is_refused(acme, ada, name):
    with pytest.raises(BadDomain):
        asked(acme, ada, name)


def test_our_own_domain_and_what_is_above_it_are_refused(acme, ada, settings):
    settings.CU = settings.CU.model_copy(update={"cu_base_domain": "app.desks.com"})
    for name in ("app.desks.com", "evil.app.desks.com", "desks.com", "APP.DESKS.COM."):
        with pytest.raises(BadDomain):
            asked(acme, ada, name)


def test_a_name_is_written_the_one_way_that_dns_knows(acme, ada):
    row = asked(acme, ada, "  Bücher.Example.COM. ")

    assert row.domain == "xn--bcher-kva.example.com"
    assert domain_of(acme, "bücher.example.com") == row
    assert asked(acme, ada, "BÜCHER.example.com").token == row.token


def test_a_domain_is_served_from_its_proof_on_and_not_before(acme, ada, dns):
    row = asked(acme, ada)
    assert Client(headers={"host": DESK}).get("/accounts/login/").status_code == 404
    assert check_domain(tenant=acme, name=DESK, actor=ada).state == "pending"
    assert Client(headers={"host": DESK}).get("/accounts/login/").status_code == 404

    dns.txt[f"_domain-challenge.{DESK}"] = f"domain-verification={row.token}"
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert check_domain(tenant=acme, name=DESK, actor=ada).state == "verified"

    assert dns.asked == [f"_domain-challenge.{DESK}"] * 2
    assert Client(headers={"host": DESK}).get("/accounts/login/").status_code == 200
    assert hosts_of(acme) == ["acme.localhost", DESK]


@pytest.mark.parametrize("says", ["domain-verification=", "domain-verification=other", "", "{token}x"])
def test_another_record_proves_nothing(acme, ada, dns, says):
    row = asked(acme, ada)
    dns.txt[challenge_name(DESK)] = says.replace("{token}", challenge_value(row.token))

    assert check_domain(tenant=acme, name=DESK, actor=ada).state == "pending"


def test_two_checks_in_a_row_ask_once(acme, ada, dns):
    asked(acme, ada)
    check_domain(tenant=acme, name=DESK, actor=ada)

    with pytest.raises(CheckedJustNow):
        check_domain(tenant=acme, name=DESK, actor=ada)
    assert len(dns.asked) == 1


def test_who_proves_it_first_has_it(acme, bolt_ctx, ada, dns):
    asked(acme, ada)
    with in_tenant(bolt_ctx):
        bob = member("bob@bolt.example", role="admin")
        proven(bolt_ctx, bob, dns)
    token = domain_of(acme, DESK).token
    dns.txt[challenge_name(DESK)] = challenge_value(token)

    with pytest.raises(DomainTaken):
        check_domain(tenant=acme, name=DESK, actor=ada)
    assert domain_of(acme, DESK).state == "pending"
    with pytest.raises(DomainTaken):
        remove_domain(tenant=acme, name=DESK, actor=ada)
        asked(acme, ada)


def test_three_days_without_the_record_end_it_and_the_record_brings_it_back(acme, ada, dns):
    proven(acme, ada, dns)
    make_primary(tenant=acme, name=DESK, actor=ada)
    record = dns.txt.pop(challenge_name(DESK))

    days_later(2)
    assert domain_of(acme, DESK).state == "verified" and origin_of(acme) == f"http://{DESK}:8000"
    days_later(3)

    assert domain_of(acme, DESK).state == "failing"
    assert Client(headers={"host": DESK}).get("/accounts/login/").status_code == 404
    assert origin_of(acme) == "http://acme.localhost:8000"
    assert audit_records().filter(action="domain.proven_again").count() == 1
    dns.txt[challenge_name(DESK)] = record
    days_later(5)
    assert domain_of(acme, DESK).state == "verified"


def test_a_dns_that_is_down_is_no_miss_but_is_not_believed_for_ever(acme, ada, dns):
    proven(acme, ada, dns)
    dns.broken.add(challenge_name(DESK))

    days_later(6)
    assert domain_of(acme, DESK).state == "verified"
    days_later(8)
    assert domain_of(acme, DESK).state == "failing"


def test_a_domain_is_looked_up_once_a_day(acme, ada, dns):
    proven(acme, ada, dns)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        assert (prove_again(), prove_again()) == (1, 0)


def test_a_removed_domain_is_held_from_others_for_thirty_days(acme, bolt_ctx, ada, dns):
    proven(acme, ada, dns)
    make_primary(tenant=acme, name=DESK, actor=ada)
    remove_domain(tenant=acme, name=DESK, actor=ada)

    assert Client(headers={"host": DESK}).get("/accounts/login/").status_code == 404
    assert origin_of(acme) == "http://acme.localhost:8000"
    with in_tenant(bolt_ctx):
        bob = member("bob@bolt.example", role="admin")
        days_later(29)
        with pytest.raises(DomainTaken):
            asked(bolt_ctx, bob)
        days_later(31)
        assert asked(bolt_ctx, bob).state == "pending"


def test_its_tenant_may_take_a_held_domain_back_with_a_new_token(acme, ada, dns):
    old = proven(acme, ada, dns).token
    remove_domain(tenant=acme, name=DESK, actor=ada)

    again = asked(acme, ada)

    assert again.state == "pending" and again.token != old


def test_a_name_that_was_never_proven_is_not_held(acme, bolt_ctx, ada):
    asked(acme, ada)
    remove_domain(tenant=acme, name=DESK, actor=ada)

    with in_tenant(bolt_ctx):
        assert asked(bolt_ctx, member("bob@bolt.example", role="admin")).state == "pending"


def test_only_a_verified_domain_is_primary_and_the_given_host_stays(acme, ada):
    asked(acme, ada)
    with pytest.raises(DomainNotVerified):
        make_primary(tenant=acme, name=DESK, actor=ada)
    for act in (remove_domain, check_domain):
        with pytest.raises(DomainIsGiven):
            act(tenant=acme, name="acme.localhost", actor=ada)
    with pytest.raises(UnknownDomain):
        make_primary(tenant=acme, name="bolt.localhost", actor=ada)


def test_a_tenant_has_at_most_twenty(acme, ada):
    for number in range(20):
        asked(acme, ada, f"d{number}.northgate.com")
    with pytest.raises(TooManyDomains):
        asked(acme, ada)


def test_the_database_itself_gives_a_name_to_one_tenant(acme, bolt_ctx, ada):
    from django.db import IntegrityError

    asked(acme, ada)
    with in_tenant(bolt_ctx):
        asked(bolt_ctx, member("bob@bolt.example", role="admin"))
    with pytest.raises(IntegrityError):
        Domain.objects.filter(domain=DESK).update(state="verified")


def test_every_change_stands_in_the_audit(acme, ada, dns):
    with correlated("one"):
        proven(acme, ada, dns)
        make_primary(tenant=acme, name=DESK, actor=ada)
        remove_domain(tenant=acme, name=DESK, actor=ada)

    rows = audit_records().filter(correlation_id="one").order_by("pk").values_list("action", "object_id", "actor")
    actions = ["domain.added", "domain.checked", "domain.made_primary", "domain.removed"]
    assert list(rows) == [(action, DESK, ada.public_id) for action in actions]
    assert "token" not in str(list(audit_records().filter(correlation_id="one").values()))


@pytest.mark.parametrize(
    ("name", "status"),
    [("acme.localhost", 200), (DESK, 404), ("nobody.com", 404), ("", 404), ("proven.northgate.com", 200)],
)
def test_a_proxy_may_get_certificates_for_what_is_served_alone(acme, ada, dns, name, status):
    asked(acme, ada)
    proven(acme, ada, dns, "proven.northgate.com")

    for host in ("acme.localhost", "127.0.0.1", "caddy"):
        answer = Client(headers={"host": host}).get("/internal/tls-allowed", {"domain": name})
        assert (answer.status_code, answer.content) == (status, b"")


def test_domains_over_the_api(acme, ada, dns):
    from tests.api.client import ApiClient

    api = ApiClient.signed_in(ada, host="acme.localhost")
    made = api.post("tenant/domains", {"domain": DESK}).json()
    dns.txt[made["record"]["name"]] = made["record"]["value"]

    assert api.post(f"tenant/domains/{DESK}/check", {}).json()["state"] == "verified"
    assert api.post(f"tenant/domains/{DESK}/primary", {}).json()["primary"] is True
    assert [row["domain"] for row in api.get("tenant/domains").json()["data"]] == [DESK, "acme.localhost"]
    assert api.client.delete(f"/api/v1/tenant/domains/{DESK}").status_code == 204
    assert api.get(f"tenant/domains/{DESK}").json()["code"] == "domain.unknown"


@pytest.mark.parametrize("role", ["trader", "viewer"])
def test_domains_are_for_administrators(acme, role):
    client = browser(member(f"{role}@acme.example", role=role))

    assert client.get("/settings/domains/").status_code == 403
    assert client.post("/settings/domains/add/", {"domain": DESK}).status_code == 403
    assert client.get("/api/v1/tenant/domains").status_code == 403
