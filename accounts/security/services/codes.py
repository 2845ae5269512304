"""One-time codes: derived, never stored, and used up by one conditional UPDATE, however many try at once."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from accounts.security.models import OneTimeCode
from accounts.security.types import CODE_DIGITS, CODE_LASTS, LETTERS_AN_HOUR, REQUESTS_AN_HOUR, TRIES_MAX, Purpose
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant

if TYPE_CHECKING:
    from accounts.users.models import User

HOUR = timedelta(hours=1)


def issue(
    *,
    purpose: Purpose,
    user: User | None = None,
    address: str = "",
    asked_from: str | None = None,
    payload: dict[str, Any] | None = None,
    lasts: timedelta = CODE_LASTS,
    decoy: bool = False,
) -> OneTimeCode:
    """A new row, whose code is `digits_of`, `link_secret_of` or `challenge_of` it.

    decoy: the row is like any other, and no code fits it: what is done for an address that nobody has.
    """
    return OneTimeCode.objects.create(
        purpose=purpose.value,
        user=user,
        address=address,
        asked_from=asked_from,
        payload=payload or {},
        expires_at=clock.now() + lasts,
        decoy=decoy,
    )


def digits_of(row: OneTimeCode) -> str:
    """The code that a person types: six digits."""
    number = int.from_bytes(_derived(row)[:8], "big") % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def link_secret_of(row: OneTimeCode) -> str:
    """The code in a link: 128 bits."""
    return _derived(row)[:16].hex()


def challenge_of(row: OneTimeCode) -> bytes:
    """What a passkey signs: 256 bits."""
    return _derived(row)


def use(
    *, purpose: Purpose, public_id: UUID | str, code: str, user: User | None = None, link: bool = False
) -> OneTimeCode | None:
    """The row, if `code` is right and nobody has used it before; None for all else.

    A guess is counted before it is compared, so that 64 at once are 64 guesses. Call it outside a transaction that may
    be rolled back, or the count is, too. user: whose code it must be, where somebody is known.
    """
    row = _tried(purpose, public_id, user)
    if row is None:
        return None
    right = link_secret_of(row) if link else digits_of(row)
    fits = hmac.compare_digest(right.encode(), "".join(code.split()).encode())
    return row if fits and not row.decoy and _used_up(row) else None


def use_challenge(*, purpose: Purpose, public_id: UUID | str, user: User) -> OneTimeCode | None:
    """The row of a challenge that a passkey has signed, once; None for one that is used, old or somebody else's."""
    row = _tried(purpose, public_id, user)
    return row if row is not None and _used_up(row) else None


def may_send(row: OneTimeCode) -> bool:
    """Whether its code may be sent: not too many an hour to one address, nor too many asked for from one place.

    Counted in rows, this one included; whether anybody has the address plays no part. One that may not be sent is made
    a decoy, so that asking again and again does not make more codes to guess at.
    """
    allowed = _within_limits(purpose=row.purpose, address=row.address, asked_from=row.asked_from)
    if not allowed:
        row.decoy = True
        row.save(update_fields=["decoy"])
    return allowed


def _within_limits(*, purpose: str, address: str, asked_from: str | None) -> bool:
    recent = OneTimeCode.objects.filter(created_at__gt=clock.now() - HOUR)
    if recent.filter(purpose=purpose, address=address).count() > LETTERS_AN_HOUR:
        return False
    return asked_from is None or recent.filter(asked_from=asked_from).count() <= REQUESTS_AN_HOUR


def sent_to(public_id: UUID | str) -> str:
    """The address that a code was asked for; a name that nobody has for a code that is not there."""
    row = OneTimeCode.objects.filter(public_id=_as_id(public_id)).first()
    return row.address if row else "nobody"


def forget_old_codes() -> None:
    """Drop the active tenant's codes that ended more than a day ago, and the letters that carried them."""
    OneTimeCode.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()


def keyed_hash(text: str) -> str:
    """64 hex digits that tell nothing to whoever has only the database; bound to the tenant."""
    return _keyed(b"hash", text).hex()


def _tried(purpose: Purpose, public_id: UUID | str, user: User | None) -> OneTimeCode | None:
    rows = OneTimeCode.objects.filter(public_id=_as_id(public_id), purpose=purpose.value)
    if user is not None:
        rows = rows.filter(user=user)
    counted = rows.filter(used_at=None, expires_at__gt=clock.now(), tries__lt=TRIES_MAX).update(tries=F("tries") + 1)
    return rows.first() if counted else None


def _used_up(row: OneTimeCode) -> bool:
    return bool(OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(used_at=clock.now()))


def _derived(row: OneTimeCode) -> bytes:
    return _keyed(b"code", f"{row.purpose}:{row.public_id}")


def _keyed(use: bytes, text: str) -> bytes:
    key = hmac.new(settings.SECRET_KEY.encode(), b"accounts.security." + use, sha256).digest()
    return hmac.new(key, current_tenant().id.bytes + text.encode(), sha256).digest()


def _as_id(text: UUID | str) -> UUID:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        return UUID(int=0)
