"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsApiKeys(AppConfig):
    """Keys by which programs use the API."""

    name = "accounts.apikeys"
    label = "accounts_apikeys"
    verbose_name = _("API keys")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants: ClassVar[dict[str, str]] = {"accounts_apikeys_apikey": "SELECT, INSERT, UPDATE"}  # never forgotten
