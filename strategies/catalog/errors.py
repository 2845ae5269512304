"""What the catalogue refuses."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotFound


class BadParameter(Invalid):
    """A strategy's parameter is unknown, of the wrong kind or out of its bounds."""

    code = "strategy.bad_parameter"
    title = "A parameter of the strategy is not valid"


class UnknownStrategy(NotFound):
    """No strategy in the catalogue has this name."""

    code = "strategy.unknown"
    title = "There is no such strategy"
