"""CooldownPeriod: after a position of an instrument was closed, it is not bought again for a while."""

from __future__ import annotations

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.protections.types import Method

METHOD = Method(
    "CooldownPeriod",
    _("a pause after closing (%(method)s)"),
    frozenset(),
    per_pair=True,
    blames=None,
    meaning=_("After a position was closed, its instrument is not bought again for a while."),
)
