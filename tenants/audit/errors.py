"""Refusals of the audit."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class AuditKeyMissing(Unavailable):
    """No key signs the audit's heads."""

    code = "audit.key_missing"
    title = _("The audit has no key to sign with: set CU_AUDIT_KEY")


class HeadTaken(Conflict):
    """Another process has written a head with this number."""

    code = "audit.head_taken"
    title = _("This head is written already")
