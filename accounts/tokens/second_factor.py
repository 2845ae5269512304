"""The one place where tokens ask for a second factor: a code beside the password, where the person has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accounts.security.errors import WrongCode
from accounts.security.selectors import second_methods_of
from accounts.security.services import factors
from accounts.security.types import SENT, Method
from accounts.tokens.errors import CodeNeeded, SignInRefused

if TYPE_CHECKING:
    from accounts.tokens.types import Code
    from accounts.users.models import User

TYPED: Final = (Method.TOTP, Method.MAIL, Method.SMS, Method.RECOVERY)  # a passkey needs a browser


def proofs_of(*, user: User, code: Code, address: str | None, host: str) -> tuple[str, ...]:
    """How `user`, whose password was right, has proved who they are: ("pwd",), or ("pwd", "otp") with a good code.

    Uses the code up. Raises CodeNeeded where there must be one and it is empty, after sending one if its method is
    sent; SignInRefused where it is wrong; TooManyGuesses. Call it outside a transaction: guesses are counted.
    """
    methods: list[Method] = [method for method in second_methods_of(user) if method in TYPED]
    if not second_methods_of(user):
        return ("pwd",)
    method = Method(code.method) if code.method else _likely(code.text, methods)
    if not code.text:
        sent_id = ""
        if method in SENT and method in methods:
            sent_id = str(factors.send_code(user=user, method=method, address=address, host=host).public_id)
        raise CodeNeeded(methods=[one.value for one in methods], sent_id=sent_id)
    try:
        factors.show(user=user, method=method, code=code.text, sent_id=code.sent_id, address=address, host=host)
    except WrongCode:
        raise SignInRefused from None
    return ("pwd", "otp")


def _likely(text: str, methods: list[Method]) -> Method:
    """What a code without a named method is: six digits are the app's, if there is one, else a recovery code."""
    digits = "".join(text.split())
    return Method.TOTP if Method.TOTP in methods and len(digits) == 6 and digits.isdigit() else Method.RECOVERY
