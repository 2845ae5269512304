"""What bots refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotAllowed, NotFound, Refused


class BadBot(Invalid):
    """A bot's settings cannot be used."""

    code = "bot.invalid"
    title = "The bot's settings are not valid"


class UnknownBot(NotFound):
    """There is no such bot, or none that this person may see."""

    code = "bot.unknown"
    title = "There is no such bot"


class NotYourPortfolio(NotAllowed):
    """A bot trades its owner's portfolio and no other."""

    code = "bot.not_your_portfolio"
    title = "This portfolio belongs to somebody else"


class BotIsStopped(Refused):
    """A stopped bot stays stopped."""

    code = "bot.stopped"
    title = "This bot was stopped for good; make a new one"
