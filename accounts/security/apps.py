"""The Django app of this domain."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsSecurity(AppConfig):
    """How people prove who they are: second factors, one-time codes, lockout, sign-up, identity providers."""

    name = "accounts.security"
    label = "accounts_security"
    verbose_name = _("Sign-in and second factors")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Secrets that are kept here follow a rotation of the master key."""
        from cryptouniverse.kernel.vault import on_rewrap

        on_rewrap(import_module("accounts.security.services.keeping").rewrap)
