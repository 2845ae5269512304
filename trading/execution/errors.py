"""What can go wrong on the way of an order."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class LeaseLost(Conflict):
    """Another writer has taken the connection; this one may send nothing more. facts: connection."""

    code: ClassVar[str] = "execution.lease_lost"
    title: ClassVar[str] = _("Another process writes to this connection")


class UnknownOrder(NotFound):
    """There is no such order with our mark at this connection. facts: order."""

    code: ClassVar[str] = "execution.unknown_order"
    title: ClassVar[str] = _("There is no such order")


class NotExplained(Invalid):
    """An order with our mark is put away only with a person's reason."""

    code: ClassVar[str] = "execution.not_explained"
    title: ClassVar[str] = _("Say what you found out about this order")


class BadTicket(Invalid):
    """An order by hand that contradicts itself or the market. facts: field, limit, nearest (where there are any)."""

    code: ClassVar[str] = "order.bad_ticket"
    title: ClassVar[str] = _("The order is not valid")


class SoldShort(Refused):
    """A contract that was sold short is not left by hand: it stands against coins. facts: instrument."""

    code: ClassVar[str] = "position.sold_short"
    title: ClassVar[str] = _("What is sold short ends with the coins that it stands against")

    def __init__(self, instrument: str) -> None:
        """instrument: the contract's id."""
        said = _(
            "%(instrument)s is sold short: sell the coins that it stands against, and its bot buys it back at its next "
            "look at order books."
        )
        super().__init__(said, instrument=instrument)


class NoPriceNow(Conflict):
    """The instrument has no price at the moment, so that nothing can be said of an order."""

    code: ClassVar[str] = "order.no_price"
    title: ClassVar[str] = _("There is no price of this instrument now")


class VenueCannot(Invalid):
    """The exchange has no such kind of order, and the platform cannot hold it instead. facts: venue, kind, nearest."""

    code: ClassVar[str] = "order.venue_cannot"
    title: ClassVar[str] = _("This exchange cannot do that kind of order")


class RefusedByRisk(Refused):
    """The risk gate refuses the order, or allows less. facts: rule, limit, value, nearest (what it allows)."""

    code: ClassVar[str] = "order.refused_by_risk"
    title: ClassVar[str] = _("The risk limits do not allow this order")


class NotCancellable(Conflict):
    """A position's stop is not cancelled: close the position instead."""

    code: ClassVar[str] = "order.not_cancellable"
    title: ClassVar[str] = _("A position's stop cannot be cancelled: close the position instead")


class NotWaiting(Conflict):
    """The order was filled or has ended meanwhile, and nothing was changed. facts: order, state."""

    code: ClassVar[str] = "order.not_waiting"
    title: ClassVar[str] = _("The order does not wait any more: it was filled or has ended")


class JustNow(Conflict):
    """The position meets a candle at this moment; nothing was changed. facts: position."""

    code: ClassVar[str] = "order.just_now"
    title: ClassVar[str] = _("A candle is being worked on just now: try again")


class BulkRefused(Refused):
    """Of orders that are all placed or none, one was refused, so none was placed. facts: refused, a list of those, each
    with its number (from 0), code, detail and facts.
    """

    code: ClassVar[str] = "order.bulk_refused"
    title: ClassVar[str] = _("One of the orders was refused, so none was placed")


class UnknownTemplate(NotFound):
    """The person has no such template. facts: template."""

    code: ClassVar[str] = "order.unknown_template"
    title: ClassVar[str] = _("There is no such template")


class TemplateNameTaken(Conflict):
    """The person has a template of this name. facts: name."""

    code: ClassVar[str] = "order.template_name_taken"
    title: ClassVar[str] = _("You have a template of this name already")


class TooManyTemplates(Conflict):
    """The person keeps as many templates as there may be. facts: limit."""

    code: ClassVar[str] = "order.too_many_templates"
    title: ClassVar[str] = _("You keep as many templates as there may be: delete one first")
