"""What risk refuses beside the gate's rulings."""

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed
from cryptouniverse.kernel.words import gettext_noop as _


class ReasonMissing(Invalid):
    """Re-arming needs a person's reason."""

    code = "risk.reason_missing"
    title = _("Say why trading is safe again")


class BadProtection(Invalid):
    """A protection's settings contradict each other or are out of bounds. facts: number, from 1."""

    code = "risk.bad_protection"
    title = _("A protection's settings are not valid")


class BadTrigger(Invalid):
    """A trigger's settings are out of bounds. facts: number, from 1."""

    code = "risk.bad_trigger"
    title = _("A trigger's settings are not valid")


class PartGone(Conflict):
    """A protection or trigger that was to be changed is not there any more as it was shown."""

    code = "risk.part_gone"
    title = _("It was changed or removed meanwhile: look again")


class BadSizing(Invalid):
    """A way of sizing that there is not, or a number of it out of bounds. facts: name, least, most, nearest."""

    code = "risk.bad_sizing"
    title = _("The sizing is not valid")


class HeldByAdmin(NotAllowed):
    """Who looks after the organisation stopped trading here; the person whom it concerns does not lift that."""

    code = "risk.held_by_admin"
    title = _("Your organisation stopped trading here: ask whoever looks after it to re-arm it")
