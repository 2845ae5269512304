"""What market data refuses."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from cryptouniverse.kernel.words import Kept
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownInstrument(NotFound):
    """No instrument of that name is listed."""

    code: ClassVar[str] = "market.unknown_instrument"
    title: ClassVar[str] = _("Unknown instrument")


class OnlyAtBooks(Invalid):
    """A contract was named where only pairs of the spot market are traded, or tried. facts: instrument."""

    code: ClassVar[str] = "market.only_at_books"
    title: ClassVar[str] = _("Only strategies that read order books trade contracts")


class CandlesRefused(Invalid):
    """The candles are malformed, so none of them was taken. facts: row (from 1, 0 for the whole), reason."""

    code: ClassVar[str] = "market.candles_refused"
    title: ClassVar[str] = _("The candles are malformed")

    def __init__(self, reason: str, *, row: int = 0) -> None:
        """reason: marked, or a marked one with facts (`said`)."""
        message = _("row %(row)s: %(reason)s") if row else "%(reason)s"
        super().__init__(message, row=row, reason=Kept(reason))
        self.reason, self.row = reason, row


class FundingRefused(Invalid):
    """The funding rates are malformed, or others are stored already: none was taken. facts: row (from 1), reason."""

    code: ClassVar[str] = "market.funding_refused"
    title: ClassVar[str] = _("The funding rates cannot be taken")

    def __init__(self, reason: str, *, row: int = 0) -> None:
        """reason: marked, or a marked one with facts (`said`). row: 0 for the whole."""
        message = _("row %(row)s: %(reason)s") if row else "%(reason)s"
        super().__init__(message, row=row, reason=Kept(reason))
        self.reason, self.row = reason, row


class CandlesDamaged(Unavailable):
    """A stored day does not match its checksum: it must be imported again, and is never read as prices."""

    code: ClassVar[str] = "market.candles_damaged"
    title: ClassVar[str] = _("Stored candles are damaged")


class NoMarket(Conflict):
    """No market has been chosen yet."""

    code: ClassVar[str] = "market.not_chosen"
    title: ClassVar[str] = _("No market has been chosen yet")
