"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesHooks(AppConfig):
    """Signals of bots that come from outside."""

    name = "strategies.hooks"
    label = "strategies_hooks"
    verbose_name = _("Signals from outside")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A rotation of the master key reaches the signing keys of hooks."""
        from cryptouniverse.kernel.vault import on_rewrap
        from strategies.hooks.services import rewrap_secrets

        on_rewrap(rewrap_secrets)
