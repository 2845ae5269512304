"""The one place where tokens ask for a second factor. Nobody has one yet: passwords alone are proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.users.models import User


def proofs_of(*, user: User, code: str) -> tuple[str, ...]:  # noqa: ARG001  # nobody has a second factor yet
    """How `user`, whose password was right, has proved who they are: ("pwd",), or ("pwd", "otp") with a good `code`.

    Uses the code up. Raises CodeNeeded where there must be one and it is empty, SignInRefused where it is wrong.
    """
    return ("pwd",)
