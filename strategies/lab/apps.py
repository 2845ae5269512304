"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesLab(AppConfig):
    """The strategy lab."""

    name = "strategies.lab"
    label = "strategies_lab"
    verbose_name = _("Strategy lab")
    default_auto_field = "django.db.models.BigAutoField"
