"""What can go wrong on the way of an order."""

from __future__ import annotations

from typing import ClassVar

from cryptouniverse.kernel.errors import Conflict
from cryptouniverse.kernel.words import gettext_noop as _


class LeaseLost(Conflict):
    """Another writer has taken the connection; this one may send nothing more. facts: connection."""

    code: ClassVar[str] = "execution.lease_lost"
    title: ClassVar[str] = _("Another process writes to this connection")
