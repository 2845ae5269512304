"""Instruments, candles and the feed: one Django app, in the public schema."""

from django.apps import AppConfig


class MarketDataConfig(AppConfig):
    """Market data is everybody's: it lives in the public schema and knows no tenant."""

    name = "trading.marketdata"
    label = "trading_marketdata"
    default_auto_field = "django.db.models.BigAutoField"
