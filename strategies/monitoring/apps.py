"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesMonitoring(AppConfig):
    """Expected against real."""

    name = "strategies.monitoring"
    label = "strategies_monitoring"
    verbose_name = _("Monitoring of bots")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"strategies_monitoring_botday": {}}  # its hash names a replay
