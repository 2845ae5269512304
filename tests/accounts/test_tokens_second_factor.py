"""A second factor is asked for by tokens as by pages: a code once, and guesses are counted over days."""

import base64

import pytest
from django_otp.oath import TOTP

from accounts.security.models import OneTimeCode
from accounts.security.services.codes import digits_of
from accounts.security.services.factors import add_mail, begin_totp, confirm_totp, new_recovery_codes
from accounts.tokens.models import TokenFamily
from cryptouniverse.kernel import clock
from tests.api.client import ApiClient
from tests.people import PASSWORD, member

HOST = "http://acme.localhost"


@pytest.fixture
def ann(acme):
    return member("ann@acme.example")


@pytest.fixture
def api(acme):
    return ApiClient(host="acme.localhost")


@pytest.fixture
def app(ann):
    """Ann's authenticator app: what it shows, `steps` half-minutes from now."""
    _row, secret = begin_totp(user=ann)

    def shows(steps=0):
        totp = TOTP(base64.b32decode(secret.reveal()))
        totp.time = clock.now().timestamp() + 30 * steps
        return f"{totp.token():06}"

    confirm_totp(user=ann, code=shows(-1), host=HOST)
    return shows


def signed_in(api, **sent):
    return api.post("auth/token", {"email": "ann@acme.example", "password": PASSWORD, **sent})


def test_a_password_alone_is_not_enough_where_there_is_a_second_factor(api, app):
    answer = signed_in(api)

    assert (answer.status_code, answer.json()["code"]) == (401, "tokens.code_needed")
    assert answer.json()["facts"] == {"methods": ["totp"], "sent_id": ""}
    assert not TokenFamily.objects.exists()


def test_the_code_beside_the_password_gets_tokens_once(api, app):
    code = app()

    first, again = signed_in(api, code=code), signed_in(api, code=code)

    assert (first.status_code, again.status_code) == (200, 401)
    assert TokenFamily.objects.get().proofs == ["pwd", "otp"]


def test_a_wrong_code_is_answered_as_a_wrong_password(api, app):
    answers = [signed_in(api, code="000000" if app() != "000000" else "000001"), signed_in(api, password="wrong")]

    assert [one.json()["code"] for one in answers] == ["tokens.sign_in_refused"] * 2


def test_a_right_code_does_not_help_a_wrong_password(api, app):
    assert signed_in(api, password="wrong", code=app()).status_code == 401
    assert signed_in(api, code=app()).status_code == 200  # and is not used up by it


def test_guesses_at_codes_are_counted(api, app):
    statuses = [signed_in(api, code=f"{number:06}", code_kind="totp").status_code for number in range(7)]

    assert statuses[:5] == [401] * 5 and statuses[-1] == 429
    assert signed_in(api, code=app()).status_code == 429


def test_guesses_at_passwords_are_counted_with_those_of_the_page(api, ann):
    statuses = [signed_in(api, password=f"wrong {number}").status_code for number in range(7)]
    said = api.client.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})

    assert statuses[:5] == [401] * 5 and statuses[-1] == 429
    assert said.status_code == 200 and "Too many wrong tries" in said.content.decode()


def test_a_recovery_code_works_once(api, ann, app):
    code = new_recovery_codes(user=ann)[0]

    assert [signed_in(api, code=code).status_code for _ in range(2)] == [200, 401]


def test_a_code_by_mail_is_sent_and_named_by_the_refusal(api, ann):
    add_mail(user=ann, host=HOST)

    refused = signed_in(api, code_kind="mail").json()["facts"]
    code = digits_of(OneTimeCode.objects.get(public_id=refused["sent_id"]))

    assert refused["methods"] == ["mail"]
    assert signed_in(api, code_kind="mail", code=code, sent_id=refused["sent_id"]).status_code == 200
    assert signed_in(api, code_kind="mail", code=code, sent_id=refused["sent_id"]).status_code == 401
