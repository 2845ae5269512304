"""What the scanner refuses."""

from __future__ import annotations

from cryptouniverse.kernel.errors import NotFound
from cryptouniverse.kernel.words import gettext_noop as _


class UnknownOpportunity(NotFound):
    """No scan that is kept has it. facts: opportunity."""

    code = "scanner.unknown_opportunity"
    title = _("This opportunity is not there any more: a newer scan has taken its place.")


class NotScannedYet(NotFound):
    """There has been no scan yet."""

    code = "scanner.not_yet"
    title = _("The markets have not been scanned yet: it is done once a market is shown and a lab worker runs.")
