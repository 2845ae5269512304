"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsScim(AppConfig):
    """People who come and go by a company's directory."""

    name = "accounts.scim"
    label = "accounts_scim"
    verbose_name = _("Directory")
    default_auto_field = "django.db.models.BigAutoField"
