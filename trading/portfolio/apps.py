"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingPortfolio(AppConfig):
    """Portfolio."""

    name = "trading.portfolio"
    label = "trading_portfolio"
    verbose_name = _("Portfolio")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"trading_portfolio_transfer": {}}  # its key names a request
