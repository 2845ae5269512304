"""What can go wrong, said the same way on every face.

Each error has a `code` ("domain.reason"), facts as attributes and a sentence for people, marked for translation with
the facts standing in it by name. One mapping (`cryptouniverse.api.problems` for JSON, the views for HTML) turns it into
an answer in the reader's language; services only raise.
"""

from __future__ import annotations

from typing import Any, ClassVar

from cryptouniverse.kernel.words import Translate, gettext_noop, spoken
from cryptouniverse.kernel.words import gettext_noop as _

_REGISTRY: dict[str, type[CryptoUniverseError]] = {}


class CryptoUniverseError(Exception):
    """Base of every refusal and failure the product speaks of.

    code: stable "domain.reason", unique in the registry (`registered_errors`). status: the HTTP status it maps to.
    facts: the values a person needs to act on, JSON-serialisable, never a secret.
    The message is marked (`gettext_noop`) and names its facts: `Invalid(_("%(field)s is too long"), field=name)`.
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 500
    title: ClassVar[str] = _("Something went wrong")

    def __init__(self, message: str = "", **facts: Any) -> None:
        self.message = message or self.title
        self.facts = facts
        super().__init__(self.sentence())

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        code = cls.__dict__.get("code")
        if not code:
            return
        if code in _REGISTRY and _REGISTRY[code].__qualname__ != cls.__qualname__:
            raise TypeError(f"error code {code} is taken by {_REGISTRY[code].__qualname__}")
        _REGISTRY[code] = cls

    def sentence(self, translate: Translate = gettext_noop) -> str:
        """What happened, for a person: in English, or in the language of `translate` (Django's `gettext`)."""
        return spoken(self.message, self.facts, translate)


class Invalid(CryptoUniverseError):
    """The request cannot be understood or is out of bounds; nothing was done."""

    code = "request.invalid"
    status = 422
    title = _("The request is not valid")


class NotAllowed(CryptoUniverseError):
    """The caller may not do this."""

    code = "access.not_allowed"
    status = 403
    title = _("You may not do this")


class NotFound(CryptoUniverseError):
    """There is no such thing, or none that this caller may see."""

    code = "request.not_found"
    status = 404
    title = _("Not found")


class Conflict(CryptoUniverseError):
    """It contradicts what is already there."""

    code = "request.conflict"
    status = 409
    title = _("This conflicts with what is already there")


class Refused(CryptoUniverseError):
    """A business rule said no."""

    code = "request.refused"
    status = 422
    title = _("Refused by a rule")


class Limited(CryptoUniverseError):
    """Too many requests; try again after `retry_after_s`."""

    code = "request.limited"
    status = 429
    title = _("Too many requests")


class Unavailable(CryptoUniverseError):
    """Something this needs is not there now; try again."""

    code = "service.unavailable"
    status = 503
    title = _("Not available right now")


class OutcomeUnknown(CryptoUniverseError):
    """It may or may not have happened; it is being found out."""

    code = "service.outcome_unknown"
    status = 202
    title = _("The outcome is not known yet")


class NoTenant(CryptoUniverseError):
    """Code that needs a tenant ran without one. Never falls back to the public schema."""

    code = "tenant.missing"
    status = 500
    title = _("No tenant is active")


class MasterKeyMissing(Unavailable):
    """No master key is set, or not the one that a data key was wrapped with. facts: master_id."""

    code = "secrets.master_key_missing"
    title = _("The master key that this needs is not set")


class SealBroken(Refused):
    """A sealed secret was changed, or does not belong to the tenant, object, field and version where it stands."""

    code = "secrets.seal_broken"
    status = 500
    title = _("A stored key failed its check and was not opened")


class FloatRefused(TypeError):
    """A float was handed to a type that counts money or size."""


def registered_errors() -> dict[str, type[CryptoUniverseError]]:
    """Every error code in use, with its class; the docs and the registry test read it."""
    return dict(_REGISTRY)
