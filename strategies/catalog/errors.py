"""What the catalogue refuses."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class BadParameter(Invalid):
    """A strategy's parameter is unknown, of the wrong kind or out of its bounds."""

    code = "strategy.bad_parameter"
    title = _("A parameter of the strategy is not valid")


class UnknownStrategy(NotFound):
    """No strategy in the catalogue has this name."""

    code = "strategy.unknown"
    title = _("There is no such strategy")


class MissingInput(Refused):
    """The strategy reads more than one instrument's bars, and what it reads is not there. facts: strategy, needs."""

    code = "strategy.missing_input"
    title = _("This strategy reads more than the candles of one instrument, and that is not there")


class TooFewBars(Invalid):
    """There is too little history to examine a strategy on."""

    code = "strategy.too_few_bars"
    title = _("There are too few candles")
