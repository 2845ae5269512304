"""Second factors: added, removed, shown. Each code counts once; a guess is counted before it is compared."""

from __future__ import annotations

import base64
import os
import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django_otp.oath import TOTP

from accounts.security import passkeys
from accounts.security.errors import TooManyFactors, TooManyGuesses, UnknownFactor, WrongCode
from accounts.security.models import Factor, MailFactor, OneTimeCode, RecoveryCode, SmsFactor, TotpFactor
from accounts.security.selectors import recovery_codes_left, second_methods_of, step_up_methods_of
from accounts.security.services import letters, lockout
from accounts.security.services.codes import issue, keyed_hash, may_send, use
from accounts.security.services.keeping import keep_key, kept_key
from accounts.security.types import RECOVERY_CODES, SENT, Guess, Method, Purpose
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.secret import Secret
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.users.models import User

STEP_S = 30
TOLERANCE = 1  # a step before and after: clocks differ


def begin_totp(*, user: User) -> tuple[TotpFactor, Secret]:
    """An authenticator app to be confirmed by its first code, and its key in base32. Raises TooManyFactors."""
    if TotpFactor.objects.filter(user=user, confirmed=True).exists():
        raise TooManyFactors
    key = base64.b32encode(os.urandom(20)).decode()
    facts = {"name": "Authenticator app", "last_step": -1, **keep_key(user=user, key=Secret(key))}
    with transaction.atomic():
        row, _made = TotpFactor.objects.update_or_create(user=user, confirmed=False, defaults=facts)
        audit.record(actor=user, action="factor.begun", object=row, after={"method": row.method.value})
    return row, Secret(key)


def pending_totp(user: User) -> Secret | None:
    """The key of the app that waits for its first code."""
    row = TotpFactor.objects.filter(user=user, confirmed=False).first()
    return kept_key(row) if row else None


def confirm_totp(*, user: User, code: str, host: str) -> None:
    """The first code of the app: from now on it counts. Raises WrongCode."""
    row = TotpFactor.objects.filter(user=user, confirmed=False).first()
    if row is None or not _totp_used(row, code):
        raise WrongCode
    with transaction.atomic():
        TotpFactor.objects.filter(pk=row.pk).update(confirmed=True)
        _added(user, row, host)


@transaction.atomic
def add_mail(*, user: User, host: str) -> MailFactor:
    """Codes by e-mail, to the address that the person has. Raises TooManyFactors."""
    row: MailFactor
    row, made = MailFactor.objects.get_or_create(user=user, defaults={"name": "E-mail"})
    if not made:
        raise TooManyFactors
    _added(user, row, host)
    return row


def ask_for_sms(*, user: User, number: str, address: str | None, host: str) -> OneTimeCode:
    """The first half of codes by text message: one goes to the number. Raises TooManyFactors."""
    if SmsFactor.objects.filter(user=user).exists():
        raise TooManyFactors
    return _send(Purpose.SMS_ADD, "sms_code", user=user, to=number, asked_from=address, host=host)


def confirm_sms(*, user: User, public_id: str, code: str, host: str) -> None:
    """The second half: the number is the person's. Raises WrongCode, TooManyFactors."""
    sent = use(purpose=Purpose.SMS_ADD, public_id=public_id, code=code, user=user)
    if sent is None:
        raise WrongCode
    try:
        with transaction.atomic():
            row = SmsFactor.objects.create(user=user, number=sent.address, name=f"… {sent.address[-3:]}")
            _added(user, row, host)
    except IntegrityError as error:
        raise TooManyFactors from error


def add_passkey(*, user: User, public_id: str, answer: str, name: str, host: str) -> Factor:
    """The passkey that the browser made for the challenge `public_id`. Raises PasskeyRefused, TooManyFactors."""
    row = passkeys.add(user=user, public_id=public_id, answer=answer, name=name, host=host)
    _added(user, row, host)
    return row


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Ten new codes, to be shown once; the ones before no longer work. Raises UnknownFactor without a second factor."""
    if not second_methods_of(user):
        raise UnknownFactor
    RecoveryCode.objects.filter(user=user).delete()
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_recovery_digest(user, code)) for code in codes)
    audit.record(actor=user, action="factor.recovery_renewed", object=user)
    return codes


@transaction.atomic
def remove(*, factor: Factor, user: User, host: str) -> None:
    """Take a second factor away; with the last one the recovery codes go, too."""
    factor.delete()
    if not second_methods_of(user):
        RecoveryCode.objects.filter(user=user).delete()
    audit.record(actor=user, action="factor.removed", object=factor, before={"method": factor.method.value})
    letters.write(kind="factor_removed", address=user.email, host=host)


def send_code(*, user: User, method: Method, address: str | None, host: str) -> OneTimeCode:
    """Send a code by e-mail or text message to somebody who is signing in or confirming. Raises UnknownFactor."""
    if method not in SENT or method not in step_up_methods_of(user):
        raise UnknownFactor
    if method == Method.MAIL:
        return _send(SENT[method], "factor", user=user, to=user.email, asked_from=address, host=host)
    number = SmsFactor.objects.get(user=user).number
    return _send(SENT[method], "sms_code", user=user, to=number, asked_from=address, host=host)


def show(*, user: User, method: Method, code: str, sent_id: str = "", address: str | None, host: str) -> None:
    """The person shows that it is they. sent_id: of the code that was sent, or the challenge that was signed.

    Raises TooManyGuesses before anything is compared, WrongCode. Call it outside a transaction: guesses are counted.
    """
    guess = Guess.PASSWORD if method == Method.PASSWORD else Guess.FACTOR
    wait = lockout.begin_guess(kind=guess, account=user.email, address=address, host=host)
    if wait:
        raise TooManyGuesses(retry_after_s=wait.seconds)
    if method not in step_up_methods_of(user) or not _is_right(user, method, code, sent_id, host):
        audit.record(actor=None, action="factor.refused", object=user, after={"method": method.value})
        raise WrongCode
    lockout.guessed_right(kind=guess, account=user.email, address=address)


def _is_right(user: User, method: Method, code: str, sent_id: str, host: str) -> bool:
    if method == Method.PASSWORD:
        return user.check_password(code)
    if method in SENT:
        return use(purpose=SENT[method], public_id=sent_id, code=code, user=user) is not None
    if method == Method.TOTP:
        row = TotpFactor.objects.filter(user=user, confirmed=True).first()
        return row is not None and _totp_used(row, code)
    if method == Method.PASSKEY:
        return passkeys.use(user=user, public_id=sent_id, answer=code, host=host)
    return _recovery_used(user, code, host)


def _totp_used(row: TotpFactor, code: str) -> bool:
    """Whether the app shows `code` now and no code of this step or a later one was used: one UPDATE decides."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    key = base64.b32decode(kept_key(row).reveal())
    totp = TOTP(key, step=STEP_S)
    totp.time = clock.now().timestamp()
    if not totp.verify(int(digits), tolerance=TOLERANCE, min_t=row.last_step + 1):
        return False
    step = totp.t()
    rows = TotpFactor.objects.filter(pk=row.pk, last_step__lt=step)
    return bool(rows.update(last_step=step, last_used_at=clock.now()))


def _recovery_used(user: User, code: str, host: str) -> bool:
    digest = _recovery_digest(user, code)
    used = RecoveryCode.objects.filter(user=user, digest=digest, used_at=None).update(used_at=clock.now())
    if used:
        letters.write(kind="recovery_used", address=user.email, host=host, left=recovery_codes_left(user))
    return bool(used)


def _send(purpose: Purpose, kind: str, *, user: User, to: str, asked_from: str | None, host: str) -> OneTimeCode:
    with transaction.atomic():
        row = issue(purpose=purpose, user=user, address=to, asked_from=asked_from)
        sent = may_send(row)
        letters.write(kind=kind, address=to if sent else "", code=row, host=host)
        audit.record(actor=user, action="factor.code_sent", object=("code", row.public_id), after={"kind": kind})
    return row


@transaction.atomic
def _added(user: User, row: Factor, host: str) -> None:
    audit.record(actor=user, action="factor.added", object=row, after={"method": row.method.value})
    letters.write(kind="factor_added", address=user.email, host=host)


def _recovery_digest(user: User, code: str) -> str:
    return keyed_hash(f"recovery:{user.pk}:{''.join(code.lower().split())}")
