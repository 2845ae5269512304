"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsWebhooks(AppConfig):
    """Events, sent to the servers of those they belong to."""

    name = "accounts.webhooks"
    label = "accounts_webhooks"
    verbose_name = _("Webhooks")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A rotation of the master key reaches the secrets of endpoints."""
        from accounts.webhooks.services import rewrap_secrets
        from cryptouniverse.kernel.vault import on_rewrap

        on_rewrap(rewrap_secrets)
