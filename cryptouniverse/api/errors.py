"""What the API itself can say no to."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, CryptoUniverseError, Invalid, NotAllowed, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class Malformed(Invalid):
    """The request cannot be read: no JSON, a wrong header, a cursor that points nowhere."""

    code = "request.malformed"
    status = 400
    title = _("The request cannot be read")


class TooLarge(Invalid):
    """The request has too many bytes. facts: limit."""

    code = "request.too_large"
    status = 413
    title = _("The request has too many bytes")


class SignInRequired(NotAllowed):
    """Nobody is signed in, and this needs somebody."""

    code = "access.sign_in_required"
    status = 401
    title = _("Sign in first")


class ForgeryRefused(NotAllowed):
    """The request does not carry the CSRF token that belongs to its session."""

    code = "access.csrf"
    title = _("The request did not come from our own pages")


class MethodNotAllowed(Invalid):
    """This address does not take this method."""

    code = "request.method_not_allowed"
    status = 405
    title = _("This address does not take this method")


class NotAcceptable(Invalid):
    """The caller accepts no format that there is: answers are JSON."""

    code = "request.not_acceptable"
    status = 406
    title = _("There is no answer in the format asked for")


class UnsupportedMedia(Invalid):
    """The body is in a format that is not read here: send JSON."""

    code = "request.unsupported_media"
    status = 415
    title = _("The body's format is not supported")


class OurFaultError(CryptoUniverseError):
    """A mistake of ours. It is in the log under the correlation id, and nothing about it is told outside."""

    code = "service.fault"
    status = 500
    title = _("Something went wrong on our side")


class KeyMissing(Malformed):
    """This write needs an Idempotency-Key header."""

    code = "idempotency.key_missing"
    title = _("An Idempotency-Key header is needed")


class KeyMalformed(Malformed):
    """The Idempotency-Key is empty, longer than 255 characters, or not printable ASCII."""

    code = "idempotency.key_malformed"
    title = _("The Idempotency-Key cannot be used")


class KeyReused(Invalid):
    """The Idempotency-Key belongs to an earlier request with another address or body."""

    code = "idempotency.key_reused"
    title = _("This Idempotency-Key belongs to another request")


class StillRunning(Conflict):
    """A request with this Idempotency-Key is running at this moment; ask again shortly."""

    code = "idempotency.in_progress"
    title = _("This request is running already")


class SignInUnavailable(Unavailable):
    """Tries to sign in cannot be counted at this moment, so none is let through. facts: retry_after_s."""

    code = "access.sign_in_unavailable"
    title = _("Signing in is not possible for a moment: try again shortly. Whoever is signed in stays so")


class VersionMissing(Invalid):
    """An update names the version that it changes: send the ETag of the last answer as If-Match."""

    code = "request.version_missing"
    status = 428
    title = _("Say which version you change")


class ChangedMeanwhile(Conflict):
    """The resource is not the version any more that If-Match names: read it again, then change it."""

    code = "request.changed_meanwhile"
    status = 412
    title = _("It was changed meanwhile")
