"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsBranding(AppConfig):
    """How a tenant looks and speaks. A legal text that people have accepted is never changed."""

    name = "tenants.branding"
    label = "tenants_branding"
    verbose_name = _("Branding")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants: ClassVar[dict[str, str]] = {"tenants_branding_legaltext": "SELECT, INSERT"}
