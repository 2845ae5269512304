"""What the portfolio refuses."""

from cryptouniverse.kernel.errors import NotFound


class UnknownPortfolio(NotFound):
    """There is no such portfolio, or it is somebody else's."""

    code = "portfolio.unknown"
    title = "There is no such portfolio"
