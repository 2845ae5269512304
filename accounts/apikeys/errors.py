"""What API keys refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class KeyRefused(NotAllowed):
    """The API key is wrong, expired, revoked, of somebody who is switched off, or of another tenant."""

    code = "apikeys.refused"
    status = 401
    title = _("This API key is not valid here: make a new one on the page API keys")


class AddressRefused(NotAllowed):
    """The API key is good, and not for the address that the call came from. facts: address."""

    code = "apikeys.address_refused"
    title = _("This API key does not work from this address: add the address to the key's list")


class UnknownKey(NotFound):
    """There is no such API key, or none that this person may see."""

    code = "apikeys.unknown"
    title = _("There is no such API key")


class BadKey(Invalid):
    """An API key's settings cannot be used."""

    code = "apikeys.invalid"
    title = _("The API key's settings are not valid")


class ScopeTooWide(Refused):
    """A key can never do more than the person it belongs to. facts: scopes."""

    code = "apikeys.scope_too_wide"
    title = _("A key cannot do more than its owner may")


class KeyEnded(Refused):
    """The API key is revoked, expired, or has been replaced already."""

    code = "apikeys.ended"
    title = _("This API key is no longer in use")


class TooManyKeys(Refused):
    """The owner has as many API keys in use as anybody may. facts: most."""

    code = "apikeys.too_many"
    title = _("You have too many API keys in use: revoke one first")


class NotByKey(NotAllowed):
    """API keys are made and changed by people: a key that leaked must not make others."""

    code = "apikeys.not_by_key"
    title = _("An API key cannot look after API keys: sign in as a person")
