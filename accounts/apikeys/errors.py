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


class OnlyByKey(Refused):
    """This is what a program asks about the API key that it came by."""

    code = "apikeys.only_by_key"
    title = _("Only a program that came by an API key can ask this of its key")


class NotOnSchedule(Refused):
    """An API key replaces itself only where its owner has put it on a schedule."""

    code = "apikeys.not_on_schedule"
    title = _("This API key is on no schedule: its owner replaces it on the page API keys")


class NotDueYet(Refused):
    """The API key is on schedule, and its time has not come. facts: due_from."""

    code = "apikeys.not_due_yet"
    title = _("This API key cannot be replaced yet")


class NotByKey(NotAllowed):
    """API keys are made and changed by people: a key that leaked must not make others."""

    code = "apikeys.not_by_key"
    title = _("An API key cannot look after API keys: sign in as a person")
