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
