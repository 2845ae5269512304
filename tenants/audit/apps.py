"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsAudit(AppConfig):
    """Who did what, when, from where: written once, never changed."""

    name = "tenants.audit"
    label = "tenants_audit"
    verbose_name = _("Audit")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"tenants_audit_auditlink": {}}  # its hashes open nothing
    table_grants: ClassVar[dict[str, str]] = {
        "tenants_audit_auditrecord": "SELECT, INSERT",
        "tenants_audit_auditlink": "SELECT, INSERT",
        "tenants_audit_auditcheck": "SELECT, INSERT",
        "tenants_audit_unsealedrecord": "SELECT, INSERT, DELETE",
    }
