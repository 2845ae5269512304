"""Every write of signing in, called once by Alice: see `tests/api/test_api_writes.py`."""

import json
from collections.abc import Callable
from uuid import uuid4

from django.test import Client
from webauthn.helpers import bytes_to_base64url

from accounts.security.models import IdentityProvider, MailFactor, OneTimeCode, TotpFactor
from accounts.security.services import door, factors
from accounts.security.services.codes import challenge_of, digits_of, issue, link_secret_of
from accounts.security.services.keeping import kept_key
from accounts.security.types import Purpose
from accounts.users.models import Session, User
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_security_factors import HOST, code_of
from tests.people import PASSWORD, browser

EMAIL = "alice@acme.example"
SECOND = "/accounts/second-factor/"
NEW = {"email": "new@acme.example", "password": PASSWORD, "display_name": ""}
PROVIDER = {"slug": "corp", "name": "Corp", "issuer": "https://id.example.com", "client_id": "us", "secret": "s"}
ALSO = {"accounts/signup/code/": {"session.started", "sign_up.asked", "sign_up.switched"}}
BY_NOBODY = {"accounts/signup/", "accounts/signup/code/", "accounts/password/reset/"}


def alice() -> User:
    return User.objects.get(email=EMAIL)


def as_admin(_client: Client) -> None:
    User.objects.update(role="admin")


def asked_for(client: Client, name: str, purpose: Purpose, address: str, **payload: str) -> str:
    """A code that the browser was told of; its digits."""
    user = None if purpose == Purpose.SIGN_UP else alice()
    row = issue(purpose=purpose, user=user, address=address, payload=payload)
    session = client.session
    session[name] = [str(row.public_id), row.address]
    session.save()
    return digits_of(row)


def sign_up(_client: Client) -> None:
    door.FrontDoor.objects.create(pk=1, sign_up_open=True)
    browser().post("/accounts/signup/", NEW)


def finish_sign_up(_client: Client) -> None:
    sign_up(_client)
    client = browser()
    client.post("/accounts/signup/", NEW)
    row = OneTimeCode.objects.last()
    client.post("/accounts/signup/code/", {"code": digits_of(row)})


def finish_reset(client: Client) -> None:
    client = browser()
    client.get("/accounts/login/")
    session = client.session
    session.create()
    client.cookies["sessionid"] = session.session_key
    code = asked_for(client, "reset_code", Purpose.RESET, EMAIL)
    client.post("/accounts/password/reset/code/", {"code": code, "password": "a wholly new pass phrase"})


def unlock(_client: Client) -> None:
    row = issue(purpose=Purpose.UNLOCK, user=alice())
    browser().post(f"/accounts/unlock/{row.public_id}/{link_secret_of(row)}/")


def past_the_password() -> Client:
    MailFactor.objects.create(user=alice(), name="E-mail")
    client = browser()
    client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    return client


def second_factor(_client: Client) -> None:
    client = past_the_password()
    row = issue(purpose=Purpose.MAIL_FACTOR, user=alice(), address=EMAIL)
    client.post(SECOND, {"way": "mail", "code": digits_of(row), "sent_id": row.public_id})


def pending_app(client: Client) -> None:
    facts = factors.keep_key(user=alice(), key=factors.Secret("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    row = TotpFactor.objects.create(user=alice(), name="App", confirmed=False, **facts)
    client.post("/security/app/", {"code": code_of(kept_key(row).reveal())})


def add_passkey(client: Client) -> None:
    row = issue(purpose=Purpose.PASSKEY_ADD, user=alice())
    options = {"challenge": bytes_to_base64url(challenge_of(row))}
    sent = {"code": Authenticator(HOST).make(options), "sent_id": row.public_id, "name": ""}
    client.post("/security/passkeys/", sent)


def with_mail(act: Callable[[Client, MailFactor], object]) -> Callable[[Client], object]:
    return lambda client: act(client, MailFactor.objects.create(user=alice(), name="E-mail"))


def with_other_session(act: Callable[[Client, Session], object]) -> Callable[[Client], object]:
    def call(client: Client) -> object:
        row = Session.objects.get(user=alice())
        row.pk = uuid4().hex * 2
        row.save(force_insert=True)
        return act(client, row)

    return call


def delete_provider(client: Client) -> None:
    as_admin(client)
    row = IdentityProvider.objects.create(slug="corp", name="Corp", issuer="https://id.example.com", sealed_secret=b"")
    client.post(f"/security/providers/{row.public_id}/delete/")


def sent_json(client: Client, verb: str, path: str, **body: object) -> object:
    return client.generic(verb, path, json.dumps(body), content_type="application/json", headers={"If-Match": "*"})


CALLS: dict[str, Callable[[Client], object]] = {
    "accounts/signup/": sign_up,
    "accounts/signup/code/": finish_sign_up,
    "accounts/password/reset/": lambda _: browser().post("/accounts/password/reset/", {"email": EMAIL}),
    "accounts/password/reset/code/": finish_reset,
    "accounts/unlock/<uuid:public_id>/<str:secret>/": unlock,
    "accounts/second-factor/": second_factor,
    "accounts/second-factor/send/": lambda _: past_the_password().post(f"{SECOND}send/", {"way": "mail"}),
    "accounts/second-factor/passkey/": lambda _: past_the_password().post(f"{SECOND}passkey/"),
    "security/confirm/": lambda c: c.post("/security/confirm/", {"way": "password", "code": PASSWORD}),
    "security/confirm/send/": with_mail(lambda c, _: c.post("/security/confirm/send/", {"way": "mail"})),
    "security/confirm/passkey/": lambda c: c.post("/security/confirm/passkey/"),
    "security/password/": lambda c: c.post("/security/password/", {"password": "a wholly new pass phrase"}),
    "security/email/": lambda c: c.post("/security/email/", {"email": "a@new.example"}),
    "security/email/code/": lambda c: c.post(
        "/security/email/code/", {"code": asked_for(c, "address_code", Purpose.ADDRESS, "a@new.example")}
    ),
    "security/app/begin/": lambda c: c.post("/security/app/begin/"),
    "security/app/": pending_app,
    "security/mail/": lambda c: c.post("/security/mail/"),
    "security/sms/": lambda c: c.post("/security/sms/", {"number": "+41791234567"}),
    "security/sms/code/": lambda c: c.post(
        "/security/sms/code/", {"code": asked_for(c, "number_code", Purpose.SMS_ADD, "+41791234567")}
    ),
    "security/passkeys/options/": lambda c: c.post("/security/passkeys/options/"),
    "security/passkeys/": add_passkey,
    "security/recovery/": with_mail(lambda c, _: c.post("/security/recovery/")),
    "security/factors/<uuid:factor_id>/remove/": with_mail(
        lambda c, row: c.post(f"/security/factors/{row.public_id}/remove/")
    ),
    "security/sessions/<uuid:session_id>/end/": with_other_session(
        lambda c, row: c.post(f"/security/sessions/{row.public_id}/end/")
    ),
    "security/sessions/end-others/": lambda c: c.post("/security/sessions/end-others/"),
    "security/sign-up/": lambda c: (as_admin(c), c.post("/security/sign-up/", {"open": "yes"})),
    "security/providers/": lambda c: (as_admin(c), c.post("/security/providers/", PROVIDER)),
    "security/providers/<uuid:provider_id>/delete/": delete_provider,
    "api/v1/sessions/<uuid:session_id>": with_other_session(
        lambda c, row: c.delete(f"/api/v1/sessions/{row.public_id}")
    ),
    "api/v1/sessions/end-others": lambda c: c.post("/api/v1/sessions/end-others"),
    "api/v1/security/factors/<uuid:factor_id>": with_mail(
        lambda c, row: c.delete(f"/api/v1/security/factors/{row.public_id}")
    ),
    "api/v1/security/step-up": lambda c: sent_json(
        c, "POST", "/api/v1/security/step-up", method="password", code=PASSWORD
    ),
    "api/v1/security/step-up/codes": with_mail(
        lambda c, _: sent_json(c, "POST", "/api/v1/security/step-up/codes", method="mail")
    ),
    "api/v1/security/sign-up": lambda c: (as_admin(c), sent_json(c, "PUT", "/api/v1/security/sign-up", open=True)),
}
