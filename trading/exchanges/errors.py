"""What can go wrong with an exchange."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Invalid, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class ExchangeUnavailable(Unavailable):
    """The exchange gave no usable answer. facts: venue, reason."""

    code: ClassVar[str] = "exchange.unavailable"
    title: ClassVar[str] = _("The exchange does not answer")


class UnknownExchange(Invalid):
    """No exchange of that name can be read."""

    code: ClassVar[str] = "exchange.unknown"
    title: ClassVar[str] = _("Unknown exchange")
