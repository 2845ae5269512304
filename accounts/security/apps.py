"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsSecurity(AppConfig):
    """How people prove who they are: second factors, one-time codes, lockout, sign-up, identity providers."""

    name = "accounts.security"
    label = "accounts_security"
    verbose_name = _("Sign-in and second factors")
    default_auto_field = "django.db.models.BigAutoField"
