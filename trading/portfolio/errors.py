"""What the portfolio refuses."""

from cryptouniverse.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownPortfolio(NotFound):
    """There is no such portfolio, or it is somebody else's."""

    code = "portfolio.unknown"
    title = _("There is no such portfolio")


class UnknownPosition(NotFound):
    """There is no such open position in this portfolio."""

    code = "portfolio.unknown_position"
    title = _("There is no such open position")


class NotYours(NotAllowed):
    """Only the owner of a portfolio shares it, delegates it, or moves its cash."""

    code = "portfolio.not_yours"
    title = _("Only the portfolio's owner may do this")


class NameTaken(Conflict):
    """The person has a portfolio of this name already."""

    code = "portfolio.name_taken"
    title = _("You have a portfolio of this name already")


class BadTransfer(Invalid):
    """Cash moves between two portfolios on paper of one owner and one currency, and the amount is above zero."""

    code = "portfolio.bad_transfer"
    title = _("This cash cannot be moved")


class NotEnoughCash(Refused):
    """The portfolio has less free cash than was to be moved; what entries have reserved is not free."""

    code = "portfolio.not_enough_cash"
    title = _("There is not enough free cash")


class TransferKeyReused(Conflict):
    """The transfer's key belongs to an earlier one between other portfolios or of another amount."""

    code = "portfolio.transfer_key_reused"
    title = _("This transfer's key belongs to another one")
