"""What one tenant gave opens nothing in another: every credential, every tenant, every route of the API."""

import re

import pytest

from accounts.apikeys.services import create_key
from accounts.tokens.services import sign_in
from accounts.users.permissions import ALL_PERMISSIONS
from cryptouniverse.api.authentication import Bearer
from cryptouniverse.kernel.access import SAFE_METHODS
from cryptouniverse.kernel.tenancy import in_tenant
from tests.people import PASSWORD, browser, member
from tests.routes import http_routes

NOTHING = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def credentials(acme_ctx, bolt_ctx, rf):
    """Of an administrator with the same address in both tenants: {tenant: {kind: text}}."""
    found = {}
    for tenant in (acme_ctx, bolt_ctx):
        with in_tenant(tenant):
            boss = member("boss@example.com", role="admin")
            pair = sign_in(request=rf.post("/"), email=boss.email, password=PASSWORD)
            _, key = create_key(owner=boss, actor=boss, name="All", scopes=ALL_PERMISSIONS)
            found[tenant.slug] = {"access": pair.access, "refresh": pair.refresh, "key": key.reveal()}
    return found


def guarded(bearers_only=False):
    """(method, path) of every route of the API that asks for a permission; of those that take keys and tokens."""
    for route in http_routes():
        if route.path.startswith("api/v1/") and (not bearers_only or takes_bearers(route.view)):
            path = "/" + re.sub(r"<\w+:\w+>", NOTHING, re.sub(r"<int:\w+>", "1", route.path))
            yield from ((method, path) for method, rule in route.rules().items() if rule and rule.permission)


def takes_bearers(view):
    """Whether keys and tokens count there: what belongs to a person's sessions asks for one."""
    return Bearer in view.initkwargs.get("authentication_classes", view.cls.authentication_classes)


def answers(text, host, bearers_only=False):
    client = browser(host=host)
    for method, path in guarded(bearers_only):
        extra = {} if method in SAFE_METHODS else {"data": "{}", "content_type": "application/json"}
        answer = getattr(client, method.lower())(path, headers={"authorization": f"Bearer {text}"}, **extra)
        yield method, path, answer.status_code


@pytest.mark.parametrize("kind", ["access", "refresh", "key"])
@pytest.mark.parametrize(("owner", "other"), [("acme", "bolt"), ("bolt", "acme")])
def test_no_credential_of_one_tenant_opens_a_route_of_another(credentials, kind, owner, other):
    got = list(answers(credentials[owner][kind], f"{other}.localhost"))

    assert len(got) > 20
    assert {status for _method, _path, status in got} <= {401, 403}


@pytest.mark.parametrize("kind", ["access", "key"])
def test_the_same_credentials_open_routes_at_home(credentials, kind):
    got = list(answers(credentials["acme"][kind], "acme.localhost", bearers_only=True))

    assert len(got) > 20
    assert not [one for one in got if one[2] == 401]


def test_a_refresh_token_renews_nothing_at_another_tenant(credentials):
    sent = {"refresh_token": credentials["acme"]["refresh"]}

    answer = browser(host="bolt.localhost").post("/api/v1/auth/token/refresh", sent, content_type="application/json")
    at_home = browser(host="acme.localhost").post("/api/v1/auth/token/refresh", sent, content_type="application/json")

    assert (answer.status_code, at_home.status_code) == (401, 200)
