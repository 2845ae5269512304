"""The Django app of this domain: it has a command and no tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingSandbox(AppConfig):
    """Sandbox exchange."""

    name = "trading.sandbox"
    label = "trading_sandbox"
    verbose_name = _("Sandbox exchange")
