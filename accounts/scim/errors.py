"""What the directory's face refuses. `scim_type` is RFC 7644's word for it."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownEntry(NotFound):
    """The tenant has no such person, or the directory may not see them."""

    code = "scim.unknown"
    title = _("There is no such person")


class NameTaken(Conflict):
    """Somebody has this userName or externalId already."""

    code = "scim.name_taken"
    title = _("Somebody has this name already")
    scim_type: ClassVar[str] = "uniqueness"


class BadEntry(Invalid):
    """A value cannot be used: userName is an e-mail address, a role one of admin, trader, viewer and api."""

    code = "scim.invalid"
    status = 400
    title = _("The value cannot be used")
    scim_type: ClassVar[str] = "invalidValue"


class LastAdministratorStays(NotAllowed):
    """Nobody would be left who can administer the tenant."""

    code = "scim.last_administrator"
    title = _("The last administrator stays")


class TokenNeeded(NotAllowed):
    """The request carries no token of this tenant's directory, or one that was revoked."""

    code = "scim.token_needed"
    status = 401
    title = _("A directory token is needed")


class UnknownToken(NotFound):
    """There is no such token."""

    code = "scim.unknown_token"
    title = _("There is no such token")


class TooManyTokens(Refused):
    """A tenant has at most five tokens for its directory."""

    code = "scim.too_many_tokens"
    title = _("There are as many tokens as there may be")
