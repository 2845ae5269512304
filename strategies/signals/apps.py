"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesSignals(AppConfig):
    """Signals."""

    name = "strategies.signals"
    label = "strategies_signals"
    verbose_name = _("Signals")
    default_auto_field = "django.db.models.BigAutoField"
