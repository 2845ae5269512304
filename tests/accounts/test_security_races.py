"""A code works once, however many try it at the same moment: 64 connections, one winner."""

import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection

from accounts.security import passkeys
from accounts.security.errors import WrongCode
from accounts.security.models import RecoveryCode
from accounts.security.services import door, factors, lockout
from accounts.security.services.codes import digits_of, issue, link_secret_of, use
from accounts.security.types import Guess, Purpose
from accounts.users.models import User
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.tenancy import in_tenant
from tests.accounts.authenticator import Authenticator
from tests.accounts.test_security_factors import HOST, code_of, with_app
from tests.people import PASSWORD, member

AT_ONCE = 64


def at_once(attempt: Callable[[], object], times: int = AT_ONCE) -> int:
    """How many of `times` attempts, begun together on connections of their own, came out true."""
    tenant, gate, won = current_tenant(), threading.Barrier(times), []

    def run() -> None:
        try:
            with in_tenant(tenant):
                connection.ensure_connection()
                gate.wait(60)
                if attempt():
                    won.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return len(won)


def by_app(user: User) -> Callable[[], object]:
    code = code_of(with_app(user))  # read once: when half a minute ends meanwhile, a second code is right too
    return lambda: factors._is_right(user, factors.Method.TOTP, code, "", HOST)


def by_recovery_code(user: User) -> Callable[[], object]:
    if not factors.second_methods_of(user):
        factors.add_mail(user=user, host=HOST)
    code = factors.new_recovery_codes(user=user)[0]
    return lambda: factors._is_right(user, factors.Method.RECOVERY, code, "", HOST)


def by_mailed_code(user: User) -> Callable[[], object]:
    row = issue(purpose=Purpose.MAIL_FACTOR, user=user, address=user.email)
    code = digits_of(row)
    return lambda: use(purpose=Purpose.MAIL_FACTOR, public_id=row.public_id, code=code, user=user)


def by_link(user: User) -> Callable[[], object]:
    row = issue(purpose=Purpose.UNLOCK, user=user)
    return lambda: lockout.unlock(public_id=str(row.public_id), secret=link_secret_of(row))


def by_passkey(user: User) -> Callable[[], object]:
    device = Authenticator(HOST)
    public_id, options = passkeys.options_to_add(user=user, host=HOST)
    passkeys.add(user=user, public_id=public_id, answer=device.make(options), name="", host=HOST)
    public_id, options = passkeys.options_to_use(user=user, host=HOST)
    answer = device.sign(options)
    return lambda: passkeys.use(user=user, public_id=public_id, answer=answer, host=HOST)


def by_sign_up(user: User) -> Callable[[], object]:
    door.set_sign_up(is_open=True, actor=None)
    new = f"new{clock.to_ms(clock.now())}@fresh.example"
    row = door.ask_to_sign_up(email=new, password=PASSWORD, display_name="", address=None, host=HOST)
    code = digits_of(row)

    def attempt() -> bool:
        try:
            return bool(door.finish_sign_up(public_id=str(row.public_id), code=code, address=None))
        except (WrongCode, door.TooManyGuesses):
            return False

    return attempt


WAYS = [by_app, by_recovery_code, by_mailed_code, by_link, by_passkey, by_sign_up]


def test_of_64_uses_of_one_recovery_code_one_counts(used_tenant):
    ann = member("ann@fresh.example")
    attempt = by_recovery_code(ann)

    assert at_once(attempt) == 1
    assert RecoveryCode.objects.filter(user=ann, used_at=None).count() == 9


def test_of_64_guesses_sent_at_once_five_are_let_try(used_tenant):
    where = {"kind": Guess.PASSWORD, "account": "ann@fresh.example", "address": "192.0.2.1"}

    assert at_once(lambda: not lockout.begin_guess(**where)) == 5


@pytest.mark.prove
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_of_64_uses_one_counts_every_time(used_tenant, way):
    for number in range(30 if settings.CU.cu_soak else 3):
        assert at_once(way(member(f"{way.__name__}-{number}@fresh.example"))) == 1
