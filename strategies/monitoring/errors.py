"""What monitoring refuses, and why a day cannot be replayed."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class CannotReplay(Refused):
    """A bot's day cannot be replayed; the message says why."""

    code = "monitoring.cannot_replay"
    title = _("This day cannot be replayed")


class UnknownDay(NotFound):
    """Nothing is kept of that day of the bot."""

    code = "monitoring.unknown_day"
    title = _("Nothing is kept of this day")


class DayNotOver(Refused):
    """The day has not passed on the market that the bots trade."""

    code = "monitoring.day_not_over"
    title = _("This day is not over yet")


class NoAlarm(Conflict):
    """There is no alarm that could be ended."""

    code = "monitoring.no_alarm"
    title = _("This bot has no drift alarm")
