"""What the fill rules refuse."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.words import gettext_noop as _


class FillOverflow(Invalid):
    """An amount does not fit 64 bits. It is refused, never wrapped."""

    code = "fills.overflow"
    title = _("The amount is too large to be counted exactly")


class ClosesTooMuch(Invalid):
    """A closing fill is larger than the lots that are open."""

    code = "fills.closes_too_much"
    title = _("More would be closed than is open")


class OrderUnreadable(Invalid):
    """An order or its state is not what can be read: an unknown kind, an unknown or missing parameter, a wrong type."""

    code = "fills.unreadable"
    title = _("The order cannot be read")


class OrderContradicts(Invalid):
    """Parts of an order contradict each other. facts name the part."""

    code = "fills.contradiction"
    title = _("Parts of the order contradict each other")


class OutOfBounds(Invalid):
    """A number of an order is beyond its limit. facts: field, value, limit, nearest (the nearest valid value)."""

    code = "fills.out_of_bounds"
    title = _("A number of the order is out of bounds")


class WrongSide(Invalid):
    """A price of an order lies on the wrong side. facts: field, value, limit, nearest: in ticks."""

    code = "fills.wrong_side"
    title = _("A price of the order is on the wrong side")


class SharesDoNotAddUp(Invalid):
    """The targets of a bracket do not close exactly what is entered. facts: value, limit, nearest: in steps."""

    code = "fills.shares"
    title = _("The targets do not add up to the entry")
