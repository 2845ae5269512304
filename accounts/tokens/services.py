"""Signing in for tokens, getting the next pair, ending a family. The only writer of this domain's table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.db import transaction

from accounts.security.errors import TooManyGuesses
from accounts.security.services import lockout
from accounts.security.types import Guess
from accounts.tokens.errors import SignInRefused, TokenRefused
from accounts.tokens.models import TokenFamily
from accounts.tokens.second_factor import proofs_of
from accounts.tokens.selectors import living_family
from accounts.tokens.signing import issued, read
from accounts.tokens.types import NO_CODE, REFRESH_FOR, Code, EndReason, TokenPair, TokenType
from accounts.users.permissions import WITHOUT_PAGES
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.addresses import client_address
from cryptouniverse.kernel.ids import new_id
from tenants.audit.services import record

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.users.models import User


def sign_in(*, request: HttpRequest, email: str, password: str, code: Code = NO_CODE) -> TokenPair:
    """A new family and its first pair, for who knows the password and, where there is one, the second factor's code.

    Raises SignInRefused, the same whether the address, the password or the code is wrong, or the person is switched
    off or a program; CodeNeeded once the password is right and a code is missing; TooManyGuesses before anything is
    compared. Call it outside a transaction: guesses are counted, whatever comes of them.
    """
    address, host = client_address(request), request.build_absolute_uri("/").rstrip("/")
    guess: Any = {"kind": Guess.PASSWORD, "account": email, "address": address}
    if wait := lockout.begin_guess(**guess, host=host):
        raise TooManyGuesses(retry_after_s=wait.seconds)
    user = authenticate(request, email=email.strip().lower(), password=password)
    if user is None or user.role in WITHOUT_PAGES:
        raise SignInRefused
    lockout.guessed_right(**guess)
    proofs = proofs_of(user=user, code=code, address=address, host=host)
    now, first = clock.now(), new_id()
    with transaction.atomic():
        family = TokenFamily.objects.create(
            user=user,
            current=first,
            password_mark=user.get_session_auth_hash(),
            proofs=list(proofs),
            expires_at=now + REFRESH_FOR,
        )
        record(actor=user, action="token.issued", object=family, after={"proofs": list(proofs)})
    return _pair(family, refresh_id=first)


def refresh(*, text: str) -> TokenPair:
    """The next pair for a refresh token, which is used up. Raises TokenRefused.

    A token that was used before means that two hold it, and nobody can tell who is who: its family ends, for both, and
    the audit says so.
    """
    claims, now, following = read(text, kind=TokenType.REFRESH), clock.now(), new_id()
    with transaction.atomic():
        family = living_family(claims, now=now)
        living = TokenFamily.objects.filter(pk=family.pk, current=claims.id, ended_at=None)
        if taken := living.update(current=following, refreshed_at=now, expires_at=now + REFRESH_FOR):
            record(actor=family.user, action="token.refreshed", object=family)
        else:
            _end(family, reason=EndReason.REUSED, now=now, action="token.reused", actor=None)
    if not taken:
        raise TokenRefused
    return _pair(family, refresh_id=following)


def revoke(*, text: str) -> None:
    """End the family of a refresh token: all its tokens are worth nothing at once. Again is harmless.

    A text that is no token of this tenant's is passed over in silence (RFC 7009).
    """
    now = clock.now()
    try:
        family = living_family(read(text, kind=TokenType.REFRESH), now=now)
    except TokenRefused:
        return
    with transaction.atomic():
        _end(family, reason=EndReason.REVOKED, now=now, action="token.revoked", actor=family.user)


def end_families_of(*, user: User, actor: User | None) -> int:
    """End all families of a person, such as when they are removed; how many there were."""
    with transaction.atomic():
        living = TokenFamily.objects.select_for_update().filter(user=user, ended_at=None)
        ended = living.update(ended_at=clock.now(), end_reason=EndReason.REVOKED)
        if ended:
            record(actor=actor, action="token.all_revoked", object=user, after={"families": ended})
    return ended


def forget_old_families(*, now: datetime) -> int:
    """Drop the families of the active tenant that can no longer be used; how many there were."""
    return TokenFamily.objects.filter(expires_at__lt=now).delete()[0]


def _pair(family: TokenFamily, *, refresh_id: UUID) -> TokenPair:
    user, sid = family.user.public_id, family.public_id
    return TokenPair(
        access=issued(user=user, family=sid, token_id=new_id(), kind=TokenType.ACCESS),
        refresh=issued(user=user, family=sid, token_id=refresh_id, kind=TokenType.REFRESH),
    )


def _end(family: TokenFamily, *, reason: EndReason, now: datetime, action: str, actor: User | None) -> None:
    ended = TokenFamily.objects.filter(pk=family.pk, ended_at=None).update(ended_at=now, end_reason=reason)
    if ended:
        record(actor=actor, action=action, object=family, after={"reason": reason.value, "user": family.user.public_id})
