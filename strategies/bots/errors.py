"""What bots refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class BadBot(Invalid):
    """A bot's settings cannot be used."""

    code = "bot.invalid"
    title = _("The bot's settings are not valid")


class UnknownBot(NotFound):
    """There is no such bot, or none that this person may see."""

    code = "bot.unknown"
    title = _("There is no such bot")


class NotYourPortfolio(NotAllowed):
    """A bot trades its owner's portfolio and no other."""

    code = "bot.not_your_portfolio"
    title = _("This portfolio belongs to somebody else")


class BotIsStopped(Refused):
    """A stopped bot stays stopped."""

    code = "bot.stopped"
    title = _("This bot was stopped for good; make a new one")
