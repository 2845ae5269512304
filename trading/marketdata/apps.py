"""Instruments, candles and the feed: one Django app, in the public schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketDataConfig(AppConfig):
    """Market data is everybody's: it lives in the public schema and knows no tenant."""

    name = "trading.marketdata"
    label = "trading_marketdata"
    verbose_name = _("Market data")
    default_auto_field = "django.db.models.BigAutoField"
