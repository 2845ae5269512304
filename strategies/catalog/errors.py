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


class LadderRefused(Invalid):
    """What a manager would place cannot work: it costs more than its funds, or earns less than its fees."""

    code = "strategy.ladder_refused"
    title = _("The orders of this strategy cannot work")


class NotForBots(Refused):
    """A strategy that bots cannot run: it keeps orders. facts: strategy."""

    code = "strategy.not_for_bots"
    title = _("Bots cannot run this strategy")


class MissingInput(Refused):
    """The strategy reads more than one instrument's bars, and what it reads is not there. facts: strategy, needs."""

    code = "strategy.missing_input"
    title = _("This strategy reads more than the candles of one instrument, and that is not there")


class TooFewBars(Invalid):
    """There is too little history to examine a strategy on."""

    code = "strategy.too_few_bars"
    title = _("There are too few candles")
