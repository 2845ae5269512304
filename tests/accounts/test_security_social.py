"""Signing in with a tenant's own identity provider, end to end over real HTTP, and what it may not do."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from accounts.security.errors import ProviderRefused
from accounts.security.models import IdentityProvider
from accounts.security.services import factors
from accounts.security.services.door import set_sign_up
from accounts.security.services.providers import add_provider
from accounts.users.models import User
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.tenancy import in_tenant
from tests.accounts.identity_provider import CLIENT, SECRET, running
from tests.people import browser, letters, member

START, HOST = "/accounts/oidc/corp/login/", "http://acme.localhost"


@pytest.fixture
def admin(acme):
    return member("root@acme.example", role="admin")


@pytest.fixture
def corp(admin, settings):
    with running() as provider:
        allowed = {"cu_egress_allowed": urlsplit(provider.issuer).netloc}
        settings.CU = settings.CU.model_copy(update=allowed)
        add(provider, admin)
        yield provider


def add(provider, admin, **more):
    facts = {"slug": "corp", "name": "Corp", "issuer": provider.issuer, "client_id": CLIENT, "provisions": True}
    return add_provider(**{**facts, **more}, secret=Secret(SECRET), actor=admin)


def there_and_back(client, start: str = START):
    """Press the link, say yes at the provider, and come back; the answer."""
    to_provider = client.get(start)
    assert to_provider.status_code == 302, to_provider.content
    back = urlsplit(httpx.get(to_provider["Location"]).headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def signed_in(client) -> bool:
    return client.get("/api/v1/portfolios").status_code == 200


def test_somebody_new_comes_in_by_the_tenants_provider(corp):
    client = browser()
    assert "Go on with Corp" in client.get("/accounts/login/").content.decode()

    assert there_and_back(client)["Location"] == "/"

    assert signed_in(client)
    ann = User.objects.get(email="ann@corp.example")
    assert (ann.display_name, ann.role, ann.has_usable_password()) == ("Ann", "trader", False)
    assert {"/authorize", "/token", "/userinfo", "/keys"} <= set(corp.asked)

    again = browser()
    there_and_back(again)
    assert signed_in(again) and User.objects.filter(email="ann@corp.example").count() == 1


def test_somebody_known_comes_into_their_own_account_and_is_told(corp):
    ann = member("ann@corp.example")
    client = browser()

    there_and_back(client)

    assert signed_in(client) and User.objects.filter(email=ann.email).count() == 1
    assert letters()[-1].to == [ann.email] and "corp" in letters()[-1].body


def test_a_second_factor_is_asked_for_all_the_same(corp):
    factors.add_mail(user=member("ann@corp.example"), host=HOST)
    client = browser()

    assert there_and_back(client)["Location"] == "/accounts/second-factor/"
    assert not signed_in(client)


@pytest.mark.parametrize(
    "wrong", ["signature", "audience", "issuer", "expired", "none", "sub", "discovery", "nonce", "no nonce"]
)
def test_an_answer_that_does_not_hold_lets_nobody_in(corp, wrong):
    corp.wrong = wrong
    client = browser()

    assert there_and_back(client).status_code in {200, 401}

    assert not signed_in(client) and not User.objects.filter(email="ann@corp.example").exists()


def test_an_address_that_the_provider_does_not_vouch_for_lets_nobody_in(corp):
    member("ann@corp.example")
    corp.person["email_verified"] = False
    client = browser()

    assert there_and_back(client)["Location"] == "/accounts/login/"
    assert not signed_in(client)


def test_a_provider_that_lets_nobody_new_in_waits_for_sign_up_to_be_open(corp):
    IdentityProvider.objects.update(provisions=False)

    assert there_and_back(browser())["Location"] == "/accounts/login/"
    set_sign_up(is_open=True, actor=None)
    client = browser()
    there_and_back(client)
    assert signed_in(client)


def test_a_state_of_another_browser_is_refused(corp):
    mine, theirs = browser(), browser()
    asked = parse_qs(urlsplit(mine.get(START)["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    state = asked["state"][0]

    theirs.get(f"{START}callback/?code=x&state={state}")

    assert not signed_in(theirs)


def test_another_tenant_has_no_such_provider(corp, bolt_ctx):
    with in_tenant(bolt_ctx):
        assert browser(host="bolt.localhost").get(START).status_code == 404


def test_another_sites_link_does_not_start_a_sign_in(corp):
    assert browser().get(START, headers={"sec-fetch-site": "cross-site"})["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "issuer", ["http://169.254.169.254", "https://127.0.0.1", "https://localhost", "http://id.example.com", "nonsense"]
)
def test_an_issuer_inside_is_refused(admin, issuer):
    with pytest.raises(ProviderRefused):
        add(type("It", (), {"issuer": issuer}), admin)


def test_the_secret_is_sealed_and_shown_to_nobody(corp, admin):
    row = IdentityProvider.objects.get()

    assert SECRET.encode() not in bytes(row.sealed_secret)
    assert SECRET not in browser(admin).get("/security/providers/").content.decode()


def test_only_administrators_see_and_remove_providers(corp, admin):
    address = f"/security/providers/{IdentityProvider.objects.get().public_id}/delete/"

    assert browser(member("tom@acme.example")).post(address).status_code == 403
    browser(admin).post(address)
    assert browser().get(START).status_code == 404


def test_google_and_github_are_offered_once_their_clients_are_named(acme, settings):
    named = {"cu_google_client_id": "g", "cu_google_client_secret": Secretly("s")}
    settings.SOCIALACCOUNT_PROVIDERS = settings.CU.model_copy(update=named).social_providers()

    assert "Go on with Google" in browser().get("/accounts/login/").content.decode()
    there = browser().get("/accounts/google/login/")["Location"]
    assert there.startswith("https://accounts.google.com/") and "code_challenge=" in there
    assert browser().get("/accounts/github/login/").status_code == 404


class Secretly:
    """As pydantic's SecretStr."""

    def __init__(self, text: str) -> None:
        self.get_secret_value = lambda: text
