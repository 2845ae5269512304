"""What the autopilot refuses."""

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _


class NothingToReplay(Invalid):
    """The folder holds no candles that can be replayed."""

    code = "autopilot.nothing_to_replay"
    title = _("There is nothing to replay")
