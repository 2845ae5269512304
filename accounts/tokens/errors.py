"""What tokens refuse. Who asks learns that it is refused, and never which part was wrong."""

from __future__ import annotations

from cryptouniverse.kernel.errors import NotAllowed
from cryptouniverse.kernel.words import gettext_noop as _


class SignInRefused(NotAllowed):
    """The address, the password or the code is wrong, or this person does not sign in this way."""

    code = "tokens.sign_in_refused"
    status = 401
    title = _("The e-mail address, the password or the code is not right")


class CodeNeeded(NotAllowed):
    """The password is right, and this person has a second factor: send its code as `code`.

    facts: methods, and sent_id of the code that was sent just now ("" = none).
    """

    code = "tokens.code_needed"
    status = 401
    title = _("The code of the second factor is needed")


class TokenRefused(NotAllowed):
    """The token is not one of this tenant, has expired, was ended, or is of the wrong type."""

    code = "tokens.refused"
    status = 401
    title = _("This token is not valid here: sign in again")
