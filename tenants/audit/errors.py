"""Refusals of the audit."""

from __future__ import annotations

from cryptouniverse.kernel.errors import Conflict, NotFound, Unavailable
from cryptouniverse.kernel.words import gettext_noop as _


class AuditKeyMissing(Unavailable):
    """No key signs the audit's heads."""

    code = "audit.key_missing"
    title = _("The audit has no key to sign with: set CU_AUDIT_KEY")


class HeadTaken(Conflict):
    """Another process has written a head with this number."""

    code = "audit.head_taken"
    title = _("This head is written already")


class UnknownRecord(NotFound):
    """There is no record with this id in this tenant's audit."""

    code = "audit.unknown_record"
    title = _("There is no such record")
