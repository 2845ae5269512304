"""What can go wrong with an exchange."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Invalid, Refused, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class ExchangeUnavailable(Unavailable):
    """The exchange gave no usable answer. facts: venue, reason."""

    code: ClassVar[str] = "exchange.unavailable"
    title: ClassVar[str] = _("The exchange does not answer")


class UnknownExchange(Invalid):
    """No exchange of that name can be read."""

    code: ClassVar[str] = "exchange.unknown"
    title: ClassVar[str] = _("Unknown exchange")


class VenueBusy(ExchangeUnavailable):
    """Nothing was sent: our budget there is used up, or the exchange is in trouble. facts: venue, retry_after_s."""

    code: ClassVar[str] = "exchange.busy"
    title: ClassVar[str] = _("The exchange is asked too much just now")


class KeyRefused(Refused):
    """The exchange refuses the API key: wrong, revoked, or without the right for this. facts: venue, reason."""

    code: ClassVar[str] = "exchange.key_refused"
    title: ClassVar[str] = _("The exchange refuses this API key")


class OrderRefused(Refused):
    """An order that the exchange would refuse: it was not sent. facts: symbol, limit, value, nearest."""

    code: ClassVar[str] = "exchange.order_refused"
    title: ClassVar[str] = _("The exchange would refuse this order")
