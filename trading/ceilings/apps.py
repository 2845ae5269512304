"""Ceilings of the platform: one Django app, in the public schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingCeilings(AppConfig):
    """What operators set above every tenant's own limits."""

    name = "trading.ceilings"
    label = "trading_ceilings"
    verbose_name = _("Ceilings")
    default_auto_field = "django.db.models.BigAutoField"
