"""What the autopilot refuses."""

from cryptouniverse.kernel.errors import Invalid, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class NothingToReplay(Invalid):
    """The folder holds no candles that can be replayed."""

    code = "autopilot.nothing_to_replay"
    title = _("There is nothing to replay")


class UnknownOpportunity(NotFound):
    """There is no such verdict, or none behind a decision that the caller may see."""

    code = "autopilot.unknown_opportunity"
    title = _("There is no such opportunity")
