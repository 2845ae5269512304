"""What support access refuses."""

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class NoGrant(NotAllowed):
    """No active grant lets this operator into this tenant."""

    code = "support.no_grant"
    title = _("You need access that has begun and has not ended: ask for it, with a reason")


class TooLong(Invalid):
    """Access lasts from 1 minute to 8 hours."""

    code = "support.too_long"
    title = _("Access lasts from 1 minute to 8 hours")


class UnknownGrant(NotFound):
    """This tenant has no such grant."""

    code = "support.unknown_grant"
    title = _("There is no such access")


class GrantIsOver(Conflict):
    """The grant has ended, or has begun already."""

    code = "support.is_over"
    title = _("This access has ended already, or has begun")
