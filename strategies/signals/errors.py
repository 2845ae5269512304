"""What signals refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Refused
from cryptouniverse.kernel.words import gettext_noop as _


class NoCandle(Refused):
    """The instrument has no candle where the market stands. facts: instrument, timeframe."""

    code = "signals.no_candle"
    title = _("This instrument has no candle where the market stands now: choose another one")
