"""Passwords and codes asked for outside the sign-in page, such as for tokens: counted and refused the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.security.errors import TooManyGuesses
from accounts.security.services import factors, lockout
from accounts.security.types import Guess, Method
from accounts.security.visits import address_of, origin_of

if TYPE_CHECKING:
    from accounts.users.models import User

DIGITS = 6


def person_by_password(*, request: HttpRequest, email: str, password: str) -> User | None:
    """Whose password this is; None for a wrong one, or for nobody's address, after the same work.

    Raises TooManyGuesses before anything is compared.
    """
    where = {"kind": Guess.PASSWORD, "account": email, "address": address_of(request)}
    if wait := lockout.begin_guess(**where, host=origin_of(request)):
        raise TooManyGuesses(retry_after_s=wait.seconds)
    user = cast("User | None", authenticate(request, email=email.strip().lower(), password=password))
    if user is not None:
        lockout.guessed_right(**where)
    return user


def show_by_code(*, request: HttpRequest, user: User, code: str) -> None:
    """A second factor where there is no page: six digits are the app's, anything else is a recovery code.

    Raises WrongCode, TooManyGuesses.
    """
    digits = "".join(code.split())
    method = Method.TOTP if digits.isdigit() and len(digits) == DIGITS else Method.RECOVERY
    factors.show(user=user, method=method, code=code, address=address_of(request), host=origin_of(request))
