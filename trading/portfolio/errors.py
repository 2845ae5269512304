"""What the portfolio refuses."""

from cryptouniverse.kernel.errors import NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownPortfolio(NotFound):
    """There is no such portfolio, or it is somebody else's."""

    code = "portfolio.unknown"
    title = _("There is no such portfolio")
