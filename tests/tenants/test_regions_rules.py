"""Region rules: which one decides, who is let in, and that nobody forges an address or is shut out by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.apikeys.services import create_key
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tenants.regions.errors import BadRule, NoCountries, RuleExists, ShutsYouOut
from tenants.regions.selectors import region_rules
from tenants.regions.services import add_rule, delete_rule, set_otherwise
from tenants.regions.types import Decider, RuleKind, Verdict, rules_of
from tests.api.client import ApiClient
from tests.people import PASSWORD, browser, member
from tests.tenants.regions_stage import GERMAN, HOME, KOREAN, NOWHERE, environment, world_file

ALLOW, DENY = Verdict.ALLOW, Verdict.DENY
NETWORK, COUNTRY = RuleKind.NETWORK, RuleKind.COUNTRY


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return world_file(tmp_path_factory.mktemp("world"))


@pytest.fixture
def boss(acme, world):
    with environment(cu_country_database=world):
        yield member("boss@acme.example", role="admin")


def rule(actor, kind, value, verdict):
    return add_rule(actor=actor, address=HOME, kind=kind, value=value, verdict=verdict)


def let_in(address, path="/api/v1/health/ping", **extra):
    return browser().get(path, REMOTE_ADDR=address, **extra).status_code == 200


RULES = [
    ("network", "203.0.113.0/24", "allow"),
    ("network", "203.0.113.128/25", "deny"),
    ("network", "203.0.113.200/32", "allow"),
    ("country", "KP", "deny"),
    ("country", "DE", "allow"),
    ("network", "2001:db8::/32", "deny"),
]


@pytest.mark.parametrize(
    ("address", "country", "verdict", "decider"),
    [
        ("203.0.113.7", "KP", ALLOW, Decider.NETWORK),  # a network is an exception to its country
        ("203.0.113.130", "DE", DENY, Decider.NETWORK),  # in both directions
        ("203.0.113.200", "KP", ALLOW, Decider.NETWORK),  # and the narrowest decides
        ("192.0.2.1", "KP", DENY, Decider.COUNTRY),
        ("192.0.2.1", "DE", ALLOW, Decider.COUNTRY),
        ("2001:db8::1", "DE", DENY, Decider.NETWORK),
        ("192.0.2.1", "FR", None, Decider.POLICY),
        ("192.0.2.1", "", None, Decider.POLICY),
        (None, "", None, Decider.POLICY),
    ],
)
@pytest.mark.parametrize("otherwise", [ALLOW, DENY])
def test_the_narrowest_network_decides_then_the_country_then_the_policy(address, country, verdict, decider, otherwise):
    rules = rules_of(RULES, otherwise=otherwise)

    assert rules.decide(address=address, country=country) == (verdict or otherwise, decider)


@given(st.permutations(RULES), st.integers(0, 255))
def test_the_order_in_which_rules_were_written_decides_nothing(order, last):
    address = f"203.0.113.{last}"

    assert rules_of(order, otherwise=DENY).decide(address=address, country="KP") == rules_of(
        RULES, otherwise=DENY
    ).decide(address=address, country="KP")


def test_without_rules_everybody_is_let_in(boss):
    assert let_in(GERMAN) and let_in(KOREAN) and let_in(NOWHERE)


def test_a_country_is_kept_out_of_pages_api_and_sign_in(boss):
    rule(boss, COUNTRY, "kp", DENY)

    answer = browser().get("/api/v1/health/ping", REMOTE_ADDR=KOREAN)
    page = browser().post("/accounts/login/", {"login": boss.email, "password": PASSWORD}, REMOTE_ADDR=KOREAN)

    assert (answer.status_code, answer.json()["code"]) == (403, "regions.kept_out")
    assert answer.json()["facts"] == {"address": KOREAN, "country": "KP"}
    assert page.status_code == 403 and "not offered where you are" in page.content.decode()
    assert let_in(GERMAN) and let_in("2001:db8:de::1") and let_in(NOWHERE)


def test_no_credential_gets_past_a_rule(boss):
    _, key = create_key(owner=boss, actor=boss, name="All", scopes=["trading:read"])
    rule(boss, COUNTRY, "KP", DENY)

    assert browser(boss).get("/", REMOTE_ADDR=KOREAN).status_code == 403
    assert not let_in(KOREAN, headers={"authorization": f"Bearer {key.reveal()}"})


def test_only_the_countries_that_are_named_are_let_in_where_the_policy_says_so(boss):
    for country in ("DE", "US"):
        rule(boss, COUNTRY, country, ALLOW)
    set_otherwise(actor=boss, address=HOME, otherwise=DENY)

    assert let_in(GERMAN) and let_in(HOME)
    assert not let_in(KOREAN) and not let_in(NOWHERE) and not let_in("")


def test_the_rules_of_one_tenant_are_nothing_to_another(boss, bolt_ctx):
    rule(boss, COUNTRY, "KP", DENY)

    assert browser(host="bolt.localhost").get("/api/v1/health/ping", REMOTE_ADDR=KOREAN).status_code == 200
    with in_tenant(bolt_ctx):
        assert not region_rules().exists()


def test_the_processes_own_health_is_asked_from_everywhere(boss):
    rule(boss, COUNTRY, "KP", DENY)

    assert browser().get("/healthz", REMOTE_ADDR=KOREAN).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "expected"),
    [
        (0, GERMAN, KOREAN, False),  # no proxy of ours: the header is the caller's own
        (0, KOREAN, GERMAN, True),
        (1, GERMAN, "10.0.0.1", True),
        (1, f"{GERMAN}, {KOREAN}", "10.0.0.1", False),  # what stands left of our proxy's entry is the caller's own
        (2, f"{GERMAN}, {KOREAN}, 10.0.0.2", "10.0.0.1", False),
        (2, GERMAN, KOREAN, False),  # did not pass both proxies
    ],
)
def test_a_forged_header_changes_no_country(boss, world, proxies, forwarded, peer, expected):
    rule(boss, COUNTRY, "KP", DENY)

    with environment(cu_country_database=world, cu_trusted_proxies=proxies):
        assert let_in(peer, headers={"x-forwarded-for": forwarded}) is expected


def test_the_audit_has_the_same_address(boss, world):
    with environment(cu_country_database=world, cu_trusted_proxies=1):
        for forwarded in (GERMAN, f"{KOREAN}, {NOWHERE}"):
            headers = {"x-forwarded-for": forwarded}
            sent = {"login": boss.email, "password": PASSWORD}
            browser().post("/accounts/login/", sent, REMOTE_ADDR="10.0.0.1", headers=headers)

    assert [record.address for record in audit_records()] == [NOWHERE, GERMAN]


def test_nobody_shuts_themselves_out(boss):
    for change in (
        lambda: rule(boss, NETWORK, "127.0.0.0/8", DENY),
        lambda: rule(boss, COUNTRY, "US", DENY),
        lambda: set_otherwise(actor=boss, address=HOME, otherwise=DENY),
    ):
        with pytest.raises(ShutsYouOut):
            change()

    own = rule(boss, NETWORK, HOME, ALLOW)
    set_otherwise(actor=boss, address=HOME, otherwise=DENY)
    with pytest.raises(ShutsYouOut):
        delete_rule(rule=own, actor=boss, address=HOME)
    assert let_in(HOME) and not let_in(NOWHERE) and region_rules().count() == 1


@pytest.mark.parametrize(("kind", "value"), [(NETWORK, "198.51.100.7/24"), (NETWORK, "DE"), (COUNTRY, "Germany")])
def test_what_is_neither_country_nor_network_is_refused_by_name(boss, kind, value):
    with pytest.raises(BadRule, match=value):
        rule(boss, kind, value, DENY)


def test_a_country_or_network_has_one_rule(boss):
    rule(boss, NETWORK, "203.0.113.7", DENY)

    with pytest.raises(RuleExists):
        rule(boss, NETWORK, "203.0.113.7/32", ALLOW)


def test_without_a_database_there_are_no_rules_for_countries(acme):
    with pytest.raises(NoCountries):
        rule(member("boss@acme.example", role="admin"), COUNTRY, "KP", DENY)


def test_each_change_is_recorded(boss):
    row = rule(boss, COUNTRY, "KP", DENY)
    set_otherwise(actor=boss, address=HOME, otherwise=ALLOW)
    delete_rule(rule=row, actor=boss, address=HOME)

    assert [r.action for r in audit_records()] == ["region.rule_deleted", "region.policy_changed", "region.rule_added"]
    assert audit_records().last().after["value"] == "KP"


def test_administrators_look_after_the_rules_over_the_api(boss, acme):
    api = ApiClient.signed_in(boss, host="acme.localhost")

    made = api.post("regions/rules", {"kind": "country", "value": "kp", "verdict": "deny", "note": "sanctions"})
    assert (made.status_code, made.json()["value"]) == (201, "KP")
    assert not let_in(KOREAN)
    assert api.get("regions/rules").json()["data"] == [made.json()]
    policy = api.get("regions/policy").json()
    assert policy == {"otherwise": "allow", "countries_known": True, "your_address": HOME, "your_country": "US"}
    assert api.client.delete(f"/api/v1/regions/rules/{made.json()['id']}").status_code == 204
    assert let_in(KOREAN)
    sent = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    refused = api.client.put("/api/v1/regions/policy", {"otherwise": "deny"}, **sent)
    assert refused.json()["code"] == "regions.shuts_you_out"


@pytest.mark.parametrize("role", ["trader", "viewer"])
def test_others_do_not_see_or_change_them(boss, role):
    api = ApiClient.signed_in(member("eve@acme.example", role=role), host="acme.localhost")

    assert api.get("regions/rules").status_code == api.get("regions/policy").status_code == 403
    assert api.post("regions/rules", {"kind": "country", "value": "KP", "verdict": "allow"}).status_code == 403
