"""Access and refresh tokens: whose they are, how long, and that a used one ends all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from pydantic import SecretStr

from accounts.tokens.errors import TokenRefused
from accounts.tokens.models import TokenFamily
from accounts.tokens.services import end_families_of, forget_old_families, refresh, sign_in
from accounts.tokens.signing import issued, signing_keys
from accounts.tokens.types import TokenType
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.selectors import audit_records
from tests.api.client import ApiClient
from tests.people import PASSWORD, browser, member

CONNECTIONS = "/api/v1/exchanges/connections"
SEED = "c2VlZHNlZWRzZWVkc2VlZHNlZWRzZWVkc2VlZHNlZWQ="


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


@pytest.fixture
def api(acme):
    return ApiClient(host="acme.localhost")


def tokens(api, email="ann@acme.example", password=PASSWORD):
    return api.post("auth/token", {"email": email, "password": password})


def renewed(api, text):
    return api.post("auth/token/refresh", {"refresh_token": text})


def status(access, host="acme.localhost"):
    return browser(host=host).get(CONNECTIONS, headers={"authorization": f"Bearer {access}"}).status_code


def test_a_password_gets_two_tokens_and_the_first_opens_the_api(ann, api):
    answer = tokens(api, " ANN@acme.example")

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert status(answer.json()["access_token"]) == 200
    assert answer.json()["expires_in"] == 900 and answer.json()["refresh_expires_in"] == 30 * 86_400
    assert audit_records().first().action == "token.issued"


def test_the_claims_are_the_tenants_and_name_nobody_else(ann, api, acme):
    access = tokens(api).json()["access_token"]
    claims, head = jwt.decode(access, options={"verify_signature": False}), jwt.get_unverified_header(access)

    assert (claims["aud"], claims["sub"]) == (str(acme.id), str(ann.public_id))
    assert claims["sid"] == str(TokenFamily.objects.get().public_id)
    assert claims["exp"] - claims["iat"] == 900 and claims["typ"] == "access"
    assert set(claims) == {"iss", "aud", "sub", "jti", "sid", "typ", "iat", "exp"}
    assert (head["alg"], head["kid"]) == ("EdDSA", signing_keys()[0][0])


@pytest.mark.parametrize("fields", [{"role": "api"}, {"is_active": False}])
def test_programs_and_people_who_are_switched_off_get_the_answer_of_a_wrong_password(acme, api, fields):
    member("ann@acme.example", **fields)
    answers = [tokens(api), tokens(api, password="wrong"), tokens(api, "nobody@acme.example")]

    bodies = [{k: v for k, v in one.json().items() if k != "correlation_id"} for one in answers]
    assert all(one.status_code == 401 for one in answers) and bodies[0] == bodies[1] == bodies[2]


def test_an_access_token_lasts_a_quarter_of_an_hour(ann, api):
    access = tokens(api).json()["access_token"]

    for minutes, expected in ((14.9, 200), (15.1, 401)):
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            assert status(access) == expected


def test_a_refresh_token_works_once_and_lasts_30_days(ann, api):
    first = tokens(api).json()["refresh_token"]

    with clock.at(clock.now() + timedelta(days=29.9)):
        second = renewed(api, first)
    with clock.at(clock.now() + timedelta(days=60)):
        assert renewed(api, second.json()["refresh_token"]).status_code == 401

    assert second.status_code == 200 and second.json()["refresh_token"] != first


def test_a_used_refresh_token_ends_its_family_and_is_recorded(ann, api):
    first = tokens(api).json()
    second = renewed(api, first["refresh_token"]).json()
    assert status(second["access_token"]) == 200

    stolen = renewed(api, first["refresh_token"])

    assert stolen.status_code == 401
    assert renewed(api, second["refresh_token"]).status_code == 401
    assert (status(first["access_token"]), status(second["access_token"])) == (401, 401)
    family, record = TokenFamily.objects.get(), audit_records().first()
    assert (record.action, record.object_id, record.after["user"]) == (
        "token.reused",
        str(family.public_id),
        str(ann.public_id),
    )
    assert family.end_reason == "reused"


def test_another_sign_in_lives_on_when_a_family_ends(ann, api):
    first, other = tokens(api).json(), tokens(api).json()
    renewed(api, first["refresh_token"])
    renewed(api, first["refresh_token"])

    assert status(other["access_token"]) == 200 and renewed(api, other["refresh_token"]).status_code == 200


def test_of_many_who_use_a_refresh_token_at_once_one_gets_the_next(fresh_tenant, rf):
    member("ann@acme.example")
    pair = sign_in(request=rf.post("/"), email="ann@acme.example", password=PASSWORD)

    def use(_):
        with in_tenant(fresh_tenant):
            try:
                return refresh(text=pair.refresh)
            except TokenRefused:
                return None
            finally:
                connection.close()

    with ThreadPoolExecutor(8) as threads:
        got = [one for one in threads.map(use, range(16)) if one]

    assert len(got) == 1 and TokenFamily.objects.get().end_reason == "reused"


def test_revoking_ends_the_family_and_says_nothing_of_what_it_was_given(ann, api):
    pair = tokens(api).json()

    for text in (pair["refresh_token"], pair["refresh_token"], "nothing"):
        assert (
            api.client.post(
                "/api/v1/auth/token/revoke", {"refresh_token": text}, content_type="application/json"
            ).status_code
            == 204
        )

    assert status(pair["access_token"]) == 401 and renewed(api, pair["refresh_token"]).status_code == 401
    assert [r.action for r in audit_records()].count("token.revoked") == 1


@pytest.mark.parametrize("change", ["switched off", "password", "all ended", "deleted"])
def test_what_happens_to_the_person_counts_at_the_next_call(ann, api, change):
    pair = tokens(api).json()
    if change == "switched off":
        ann.is_active = False
        ann.save()
    elif change == "password":
        ann.set_password("another good password")
        ann.save()
    elif change == "all ended":
        assert end_families_of(user=ann, actor=None) == 1
    else:
        ann.delete()

    assert status(pair["access_token"]) == 401 and renewed(api, pair["refresh_token"]).status_code == 401


def test_the_role_is_the_one_of_now(ann, api):
    access = tokens(api).json()["access_token"]
    headers = {"authorization": f"Bearer {access}"}
    assert browser().get("/api/v1/audit/records", headers=headers).status_code == 403

    ann.role = "admin"
    ann.save()

    assert browser().get("/api/v1/audit/records", headers=headers).status_code == 200


def test_a_token_is_checked_with_one_query(ann, api, django_assert_num_queries):
    access = tokens(api).json()["access_token"]
    client = browser()
    client.get("/api/v1/health/ping")

    with django_assert_num_queries(1):
        client.get("/api/v1/health/ping", headers={"authorization": f"Bearer {access}"})


def test_a_refresh_token_opens_nothing_and_an_access_token_renews_nothing(ann, api):
    pair = tokens(api).json()

    assert status(pair["refresh_token"]) == 401
    assert renewed(api, pair["access_token"]).status_code == 401


def _forged(ann, **changed):
    family, now = TokenFamily.objects.get(), int(clock.now().timestamp())
    tenant = str(current_tenant().id)
    claims = {"iss": f"urn:uuid:{tenant}", "aud": tenant, "sub": str(ann.public_id), "jti": str(uuid4())}
    return {**claims, "sid": str(family.public_id), "typ": "access", "iat": now, "exp": now + 900, **changed}


def test_what_our_key_did_not_sign_or_signed_for_another_is_refused(ann, api):
    tokens(api)
    (kid, key), *_ = signing_keys()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    good = _forged(ann)

    def made(claims, by=key, algorithm="EdDSA", **head):
        return jwt.encode(claims, by, algorithm=algorithm, headers={"kid": kid, **head})

    assert status(made(good)) == 200
    forged = {
        "another key": made(good, Ed25519PrivateKey.generate()),
        "no algorithm": made(good, None, "none"),
        "the public key as a secret": made(good, public, "HS256"),
        "an unknown key": made(good, kid="other"),
        "another audience": made(good | {"aud": str(uuid4())}),
        "another issuer": made(good | {"iss": "urn:uuid:x"}),
        "another person": made(good | {"sub": str(uuid4())}),
        "another family": made(good | {"sid": str(uuid4())}),
        "no end": made({name: value for name, value in good.items() if name != "exp"}),
        "an end that is none": made(good | {"exp": "never"}),
        "a person that is none": made(good | {"sub": 7}),
        "changed": made(good)[:-4] + "AAAA",
        "huge": "e" * 5_000,
    }
    assert {name: status(text) for name, text in forged.items()} == dict.fromkeys(forged, 401)


def test_keys_are_replaced_without_signing_anybody_out(ann, api, settings):
    before = tokens(api).json()
    old = settings.CU.cu_token_key or SecretStr(SEED)
    settings.CU = settings.CU.model_copy(update={"cu_token_key": SecretStr(SEED), "cu_token_key_old": old})

    after = renewed(api, before["refresh_token"]).json()

    assert (status(before["access_token"]), status(after["access_token"])) == (200, 200)
    settings.CU = settings.CU.model_copy(update={"cu_token_key_old": None})
    assert (status(before["access_token"]), status(after["access_token"])) == (401, 200)


def test_families_that_are_over_are_forgotten(ann, api):
    tokens(api)

    assert forget_old_families(now=clock.now() + timedelta(days=29)) == 0
    assert forget_old_families(now=clock.now() + timedelta(days=31)) == 1


def test_a_token_says_when_and_how_the_person_proved_themselves(ann, rf):
    from accounts.tokens.selectors import caller_by_token

    pair = sign_in(request=rf.post("/"), email=ann.email, password=PASSWORD)
    _user, credential = caller_by_token(text=pair.access)

    assert credential.proofs == ("pwd",) and credential.step_up_at == TokenFamily.objects.get().signed_in_at
    assert "eyJ" not in repr(pair) and issued(
        user=ann.public_id, family=uuid4(), token_id=uuid4(), kind=TokenType.ACCESS
    ).startswith("eyJ")
