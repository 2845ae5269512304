"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingRisk(AppConfig):
    """Risk."""

    name = "trading.risk"
    label = "trading_risk"
    verbose_name = _("Risk")
    default_auto_field = "django.db.models.BigAutoField"
