"""What hooks refuse. No error says anything of a secret, or whether a bot exists."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class AlertRefused(NotAllowed):
    """No such address, no secret, a wrong one, or a signature that is not right: the same answer to all."""

    code = "hooks.refused"
    status = 401
    title = _("This alert is not from anybody who may send it")


class AlertTooLarge(Invalid):
    """An alert has too many bytes. facts: limit."""

    code = "hooks.too_large"
    status = 413
    title = _("An alert has %(limit)s bytes at most")


class AlertUnreadable(Invalid):
    """An alert is no JSON object."""

    code = "hooks.unreadable"
    status = 400
    title = _("An alert is one JSON object, in UTF-8")


class AlertOld(Invalid):
    """An alert was sent too long ago, or in the future. facts: limit_s."""

    code = "hooks.old"
    title = _("The time of this alert is more than %(limit_s)s seconds from now")


class BadAlert(Invalid):
    """Something in an alert cannot be used. facts: field."""

    code = "hooks.invalid"
    title = _("The alert is not valid")


class BotTakesNoAlerts(Conflict):
    """The bot was stopped for good."""

    code = "hooks.bot_stopped"
    title = _("This bot was stopped for good: it takes no alerts")


class NoHook(NotFound):
    """This bot has no address for alerts yet, or its secrets were taken back."""

    code = "hooks.unknown"
    title = _("This bot has no secret for alerts: make one first")


class HookStands(Conflict):
    """This bot has its address and secrets already."""

    code = "hooks.stands"
    title = _("This bot has its secrets already: replace them if you need others")


class NotFromOutside(Invalid):
    """The bot has a strategy of its own. facts: strategy."""

    code = "hooks.other_strategy"
    title = _("This bot decides by a strategy of its own: only a bot with signals from outside takes alerts")


class UnknownFamily(Invalid):
    """The panel knows no such family. facts: families, family."""

    code = "hooks.unknown_family"
    title = _("The panel judges entries as one of %(families)s, not as %(family)s.")


class BadOverlap(Invalid):
    """facts: most."""

    code = "hooks.overlap"
    title = _("The old secrets work on for 0 to %(most)s hours")
