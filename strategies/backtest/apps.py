"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesBacktest(AppConfig):
    """Backtests."""

    name = "strategies.backtest"
    label = "strategies_backtest"
    verbose_name = _("Backtests")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"strategies_backtest_run": {}}  # its hash names a result
