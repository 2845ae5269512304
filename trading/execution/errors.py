"""What can go wrong on the way of an order."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound
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
