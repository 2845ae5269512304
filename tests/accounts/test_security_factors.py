"""Second factors: asked for while signing in, each code good for once."""

import base64
from datetime import timedelta

import pytest
from django_otp.oath import TOTP

from accounts.security.errors import TooManyGuesses, WrongCode
from accounts.security.models import Passkey, RecoveryCode, TotpFactor
from accounts.security.senders import KeptSmsSender
from accounts.security.services import factors
from accounts.security.services.keeping import kept_key
from accounts.security.types import Method
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.tenancy import in_tenant
from tests.accounts.authenticator import Authenticator
from tests.people import PASSWORD, browser, code_in, letters, member

HOST = "http://acme.localhost"
WHERE = {"address": "127.0.0.1", "host": HOST}
SECOND = "/accounts/second-factor/"


@pytest.fixture
def alice(acme):
    return member("alice@acme.example")


def with_app(user) -> str:
    """Gives the person an app that was confirmed a minute ago; the key."""
    _row, key = factors.begin_totp(user=user)
    with clock.at(clock.now() - timedelta(minutes=2)):
        factors.confirm_totp(user=user, code=code_of(key.reveal()), host=HOST)
    return key.reveal()


def code_of(key: str) -> str:
    """What the app shows now."""
    totp = TOTP(base64.b32decode(key))
    totp.time = clock.now().timestamp()
    return f"{totp.token():06d}"


def signed_in(client) -> bool:
    return client.get("/api/v1/portfolios").status_code == 200


def past_the_password(user):
    client = browser()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == SECOND and not signed_in(client)
    return client


def test_an_app_is_asked_for_after_the_password(alice):
    key = with_app(alice)
    client = past_the_password(alice)

    assert client.post(SECOND, {"way": "totp", "code": "000000"}).status_code == 422
    assert not signed_in(client)
    client.post(SECOND, {"way": "totp", "code": code_of(key)})

    assert signed_in(client)
    assert client.session.step_up_at is not None


def test_the_apps_code_works_once(alice):
    key = with_app(alice)
    code = code_of(key)
    factors.show(user=alice, method=Method.TOTP, code=code, **WHERE)

    with pytest.raises(WrongCode):
        factors.show(user=alice, method=Method.TOTP, code=code, **WHERE)


def test_the_page_shows_a_picture_and_switches_the_app_on_with_its_first_code(alice):
    client = browser(alice)
    client.post("/security/app/begin/")
    page = client.get("/security/app/").content.decode()
    assert "data:image/svg+xml" in page
    key = factors.pending_totp(alice).reveal()

    assert client.post("/security/app/", {"code": "12"}).status_code == 422
    assert client.post("/security/app/", {"code": code_of(key)}).status_code == 302

    assert "totp" in client.get("/api/v1/security/factors").json()["step_up_methods"]
    assert "second factor" in letters()[-1].subject.lower()


def test_the_apps_key_is_sealed_and_opens_nowhere_else(alice, bolt_ctx):
    key, row = with_app(alice), TotpFactor.objects.get()

    assert key.encode() not in bytes(row.sealed_key)
    assert kept_key(row).reveal() == key
    with in_tenant(bolt_ctx), pytest.raises(SealBroken):
        kept_key(row)
    row.user_id += 1
    with pytest.raises(SealBroken):
        kept_key(row)


def test_a_recovery_code_lets_in_once_and_its_owner_is_told(alice):
    with_app(alice)
    code = factors.new_recovery_codes(user=alice)[3]
    client = past_the_password(alice)

    client.post(SECOND, {"way": "recovery", "code": f" {code.upper()} "})

    assert signed_in(client)
    assert "9 are left" in letters()[-1].body
    assert code not in str(list(RecoveryCode.objects.values()))
    with pytest.raises(WrongCode):
        factors.show(user=alice, method=Method.RECOVERY, code=code, **WHERE)


def test_codes_by_mail_and_text_message(alice):
    factors.add_mail(user=alice, host=HOST)
    KeptSmsSender.sent.clear()
    row = factors.ask_for_sms(user=alice, number="+41791234567", **WHERE)
    letters()
    number, text = KeptSmsSender.sent[-1]
    factors.confirm_sms(user=alice, public_id=str(row.public_id), code=text[:6], host=HOST)
    client = past_the_password(alice)

    for way in ("mail", "sms"):
        client.post(f"{SECOND}send/", {"way": way})
    sent = letters()[-1]
    assert (number, sent.to) == ("+41791234567", [alice.email])
    client.post(SECOND, {"way": "sms", "code": code_in(sent)})
    assert not signed_in(client)  # a code is good for the way by which it came
    client.post(SECOND, {"way": "mail", "code": code_in(sent)})
    assert signed_in(client)


def test_a_passkey_is_made_and_used(alice):
    client, device = browser(alice), Authenticator(HOST)
    given = client.post("/security/passkeys/options/").json()
    client.post(
        "/security/passkeys/", {"name": "Laptop", "code": device.make(given["options"]), "sent_id": given["id"]}
    )
    assert Passkey.objects.get().name == "Laptop"

    client = past_the_password(alice)
    asked = client.post(f"{SECOND}passkey/").json()
    answer = device.sign(asked["options"])
    client.post(SECOND, {"way": "passkey", "code": answer, "sent_id": asked["id"]})
    assert signed_in(client)

    again = past_the_password(alice)
    again.post(SECOND, {"way": "passkey", "code": answer, "sent_id": asked["id"]})
    assert not signed_in(again)


@pytest.mark.parametrize("wrong", ["origin", "challenge", "key", "count"])
def test_a_passkey_of_another_site_challenge_key_or_past_is_refused(alice, wrong):
    from accounts.security import passkeys

    device = Authenticator(HOST)
    public_id, options = passkeys.options_to_add(user=alice, host=HOST)
    passkeys.add(user=alice, public_id=public_id, answer=device.make(options), name="", host=HOST)
    public_id, options = passkeys.options_to_use(user=alice, host=HOST)
    if wrong == "origin":
        device.origin = "http://acme.localhost.evil.example"
    elif wrong == "challenge":
        options = passkeys.options_to_use(user=alice, host=HOST)[1]
    elif wrong == "key":
        device.forget_key()
    else:
        Passkey.objects.update(sign_count=50)

    assert not passkeys.use(user=alice, public_id=public_id, answer=device.sign(options), host=HOST)


def test_guesses_at_the_second_factor_are_counted_too(alice):
    with_app(alice)

    for _ in range(5):
        with pytest.raises(WrongCode):
            factors.show(user=alice, method=Method.TOTP, code="000000", **WHERE)
    with pytest.raises(TooManyGuesses):
        factors.show(user=alice, method=Method.RECOVERY, code="x", **WHERE)


def test_a_method_that_the_person_does_not_have_proves_nothing(alice):
    with_app(alice)

    with pytest.raises(WrongCode):
        factors.show(user=alice, method=Method.PASSWORD, code=PASSWORD, **WHERE)


def test_removing_the_last_factor_takes_the_recovery_codes_along(alice):
    with_app(alice)
    factors.new_recovery_codes(user=alice)
    client = browser(alice)
    mine = client.get("/api/v1/security/factors").json()["data"][0]["id"]
    stranger = browser(member("bob@acme.example"))

    assert stranger.delete(f"/api/v1/security/factors/{mine}").status_code == 404
    assert client.delete(f"/api/v1/security/factors/{mine}").status_code == 204
    assert not RecoveryCode.objects.exists()


def test_the_second_step_is_nobodys_without_the_first(acme):
    assert browser().get(SECOND)["Location"] == "/accounts/login/"
    assert browser().post(f"{SECOND}send/", {"way": "mail"})["Location"] == "/accounts/login/"


def test_tokens_ask_for_the_second_factor_and_count_guesses_too(alice):
    key, sent = with_app(alice), {"email": alice.email, "password": PASSWORD}

    def token(**more):
        return browser().post("/api/v1/auth/token", {**sent, **more}, content_type="application/json")

    assert token().json()["code"] == "tokens.code_needed"
    assert token(code="000000").json()["code"] == "tokens.sign_in_refused"
    assert token(code=code_of(key)).status_code == 200

    for _ in range(5):
        token(password="wrong password here")
    assert (token().status_code, token().json()["code"]) == (429, "security.too_many_guesses")
