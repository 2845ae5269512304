"""What signal feeds refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class TooManySubscriptions(Conflict):
    """As many signals are followed by this person as may be. facts: limit."""

    code = "feed.too_many"
    title = _(
        "You follow as much as one person of your organisation may: %(limit)s. End one first, or its administrator can"
        " ask for more."
    )


class NothingToFollow(Invalid):
    """No candles of this timeframe come for this instrument. facts: instrument, timeframe."""

    code = "feed.nothing_to_follow"
    title = _("%(instrument)s has no candles of %(timeframe)s: no signals can come of them.")


class BadScore(Invalid):
    """The least score is no number of R, or out of bounds. facts: low, high."""

    code = "feed.bad_score"
    title = _("The least score is a number from %(low)s to %(high)s.")


class UnknownSubscription(NotFound):
    """This person follows no such thing. facts: subscription."""

    code = "feed.unknown_subscription"
    title = _("You do not follow this.")


class NoAddress(NotFound):
    """There is no feed at this address, or none was made."""

    code = "feed.no_address"
    title = _("There is no feed at this address.")
