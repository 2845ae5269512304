"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesManaging(AppConfig):
    """Bots that keep orders."""

    name = "strategies.managing"
    label = "strategies_managing"
    verbose_name = _("Bots that keep orders")
    default_auto_field = "django.db.models.BigAutoField"
