"""Coming in for the first time, and again after forgetting: sign-up, new password, another address.

An account is made when its address is shown to be its owner's, not before. Whether an address is known changes the
letter that is written, and nothing else: neither the answer nor the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.security.errors import PasswordRefused, SignUpClosed, TooManyGuesses, WrongCode
from accounts.security.models import FrontDoor, OneTimeCode
from accounts.security.selectors import sign_up_is_open
from accounts.security.services import letters, lockout
from accounts.security.services.codes import issue, may_send, sent_to, use
from accounts.security.types import Guess, Purpose
from accounts.users import services as users
from accounts.users.errors import AddressTaken
from accounts.users.selectors import person_by_email
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.users.models import User


@transaction.atomic
def set_sign_up(*, is_open: bool, actor: User | None) -> None:
    """Open or close sign-up in the active tenant. Again is harmless."""
    before = sign_up_is_open()
    FrontDoor.objects.update_or_create(pk=1, defaults={"sign_up_open": is_open})
    if before != is_open:
        facts = {"before": {"open": before}, "after": {"open": is_open}}
        audit.record(actor=actor, action="sign_up.switched", object=("front_door", 1), **facts)


def ask_to_sign_up(*, email: str, password: str, display_name: str, address: str | None, host: str) -> OneTimeCode:
    """The first half of signing up: a code goes to the address. Raises SignUpClosed, PasswordRefused."""
    if not sign_up_is_open():
        raise SignUpClosed
    check_password(password)
    payload = {"password_hash": make_password(password), "display_name": display_name}
    known = person_by_email(email) is not None
    kind = "sign_up_known" if known else "sign_up"
    return _ask(
        Purpose.SIGN_UP,
        email,
        kind=kind,
        action="sign_up.asked",
        decoy=known,
        asked_from=address,
        host=host,
        payload=payload,
    )


def finish_sign_up(*, public_id: str, code: str, address: str | None) -> User:
    """The second half: the account is made. Raises WrongCode, also when somebody has taken the address meanwhile."""
    row = _guessed(Purpose.SIGN_UP, public_id, code, address)
    if row is None or not sign_up_is_open():
        raise WrongCode
    try:
        made = users.add_person(email=row.address, **row.payload)
    except AddressTaken as error:
        raise WrongCode from error
    OneTimeCode.objects.filter(pk=row.pk).update(payload={})
    return made


def ask_for_new_password(*, email: str, address: str | None, host: str) -> OneTimeCode:
    """The first half of a new password: a code goes to the address, if somebody who may sign in has it."""
    owner = person_by_email(email)
    known = owner is not None and owner.is_active
    kind = "reset" if known else "reset_unknown"
    user = owner if known else None
    return _ask(
        Purpose.RESET,
        email,
        kind=kind,
        action="password_reset.asked",
        decoy=not known,
        asked_from=address,
        host=host,
        user=user,
    )


def finish_new_password(*, public_id: str, code: str, password: str, address: str | None, host: str) -> None:
    """The second half: every session of the account ends, and guesses at it are forgotten.

    Raises PasswordRefused before the code is used, WrongCode.
    """
    check_password(password)
    row = _guessed(Purpose.RESET, public_id, code, address)
    if row is None or row.user is None:
        raise WrongCode
    with transaction.atomic():
        users.set_password(user=row.user, password=password)
        lockout.forgive(account=row.user.email)
        letters.write(kind="password_changed", address=row.user.email, host=host)


@transaction.atomic
def change_password(*, user: User, password: str, host: str) -> None:
    """A new password for somebody who has just confirmed that it is they. Raises PasswordRefused."""
    check_password(password, user)
    users.set_password(user=user, password=password)
    letters.write(kind="password_changed", address=user.email, host=host)


def ask_for_address(*, user: User, email: str, address: str | None, host: str) -> OneTimeCode:
    """The first half of another e-mail address: a code goes there."""
    known = person_by_email(email) is not None
    kind = "address_known" if known else "address"
    return _ask(
        Purpose.ADDRESS,
        email,
        kind=kind,
        action="user.email_change_asked",
        decoy=known,
        asked_from=address,
        host=host,
        user=user,
    )


def finish_address(*, user: User, public_id: str, code: str, address: str | None, host: str) -> None:
    """The second half: the address is the account's, and the one before is told. Raises WrongCode."""
    row, before = _guessed(Purpose.ADDRESS, public_id, code, address, user), user.email
    if row is None:
        raise WrongCode
    try:
        with transaction.atomic():
            users.change_email(user=user, email=row.address)
            letters.write(kind="address_changed", address=before, host=host)
    except AddressTaken as error:
        raise WrongCode from error


def check_password(password: str, user: User | None = None) -> None:
    """Raises PasswordRefused with the reasons."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages), reasons=error.messages) from error


def _guessed(
    purpose: Purpose, public_id: str, code: str, address: str | None, user: User | None = None
) -> OneTimeCode | None:
    """The row, used up; None for a wrong code. Guesses at all codes of one address count together, over days."""
    account = sent_to(public_id)
    wait = lockout.begin_guess(kind=Guess.CODE, account=account, address=address)
    if wait:
        raise TooManyGuesses(retry_after_s=wait.seconds)
    row = use(purpose=purpose, public_id=public_id, code=code, user=user)
    if row is not None:
        lockout.guessed_right(kind=Guess.CODE, account=account, address=address)
    return row


def _ask(
    purpose: Purpose,
    email: str,
    *,
    kind: str,
    action: str,
    decoy: bool,
    asked_from: str | None,
    host: str,
    user: User | None = None,
    payload: dict[str, str] | None = None,
) -> OneTimeCode:
    """One row and one letter, whoever asks and whoever has the address."""
    email = email.strip().lower()
    with transaction.atomic():
        row = issue(purpose=purpose, user=user, address=email, asked_from=asked_from, payload=payload, decoy=decoy)
        sent = may_send(row)
        letters.write(kind=kind, address=email if sent else "", code=row, host=host)
        audit.record(actor=user if purpose == Purpose.ADDRESS else None, action=action, object=("code", row.public_id))
    return row
