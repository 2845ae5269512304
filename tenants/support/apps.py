"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsSupport(AppConfig):
    """The platform's time-limited access to a tenant."""

    name = "tenants.support"
    label = "tenants_support"
    verbose_name = _("Support access")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants: ClassVar[dict[str, str]] = {"tenants_support_supportgrant": "SELECT, INSERT, UPDATE"}
