"""The keys of the audit's heads, as the settings name them."""

from __future__ import annotations

from django.conf import settings

from cryptouniverse.kernel.secret import Secret
from tenants.audit.errors import AuditKeyMissing
from tenants.audit.heads import Signer


def signer() -> Signer:
    """Our own key. Raises AuditKeyMissing."""
    if settings.CU.cu_audit_key is None:
        raise AuditKeyMissing
    return Signer(Secret(settings.CU.cu_audit_key.get_secret_value()))


def public_keys() -> set[str]:
    """Those whose heads count: our own key's, and those that the settings name from before. Raises AuditKeyMissing."""
    named = {key.strip() for key in settings.CU.cu_audit_public_keys.split(",") if key.strip()}
    return named | {signer().public}
