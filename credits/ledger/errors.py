"""What the books refuse. Titles are marked for translation here and translated by the face that shows them."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Invalid, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class InsufficientCredits(Refused):
    """A wallet would fall below zero; nothing was booked."""

    code = "credits.insufficient"
    title = _("There are not enough credits")


class IdempotencyConflict(Conflict):
    """The key names a fact that was booked with other content; nothing was booked."""

    code = "credits.idempotency_conflict"
    title = _("This was already booked, with other content")


class Unbalanced(Invalid):
    """The moves of an entry do not sum to zero, or one of them is zero or finer than a millionth of a credit."""

    code = "credits.unbalanced"
    title = _("The movement does not balance")


class UnknownAccount(Invalid):
    """A move names an account that these books do not have."""

    code = "credits.unknown_account"
    title = _("There is no such account")


class NotForSale(Refused):
    """Bought credits come by payment; only practice credits are free."""

    code = "credits.not_for_sale"
    title = _("Only practice credits can be topped up without payment")
