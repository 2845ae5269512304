"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesScanner(AppConfig):
    """The scanner."""

    name = "strategies.scanner"
    label = "strategies_scanner"
    verbose_name = _("Scanner")
    default_auto_field = "django.db.models.BigAutoField"
