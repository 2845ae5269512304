"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsTokens(AppConfig):
    """Access and refresh tokens of people whose programs sign in as them."""

    name = "accounts.tokens"
    label = "accounts_tokens"
    verbose_name = _("Access tokens")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A key that cannot sign stops the start, and not the first who signs in."""
        from accounts.tokens.signing import signing_keys

        signing_keys()
