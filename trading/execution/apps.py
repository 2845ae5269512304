"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingExecution(AppConfig):
    """Execution."""

    name = "trading.execution"
    label = "trading_execution"
    verbose_name = _("Execution")
    default_auto_field = "django.db.models.BigAutoField"
