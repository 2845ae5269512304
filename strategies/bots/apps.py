"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesBots(AppConfig):
    """Bots."""

    name = "strategies.bots"
    label = "strategies_bots"
    verbose_name = _("Bots")
    default_auto_field = "django.db.models.BigAutoField"
    counted: ClassVar[dict[str, tuple[str, str]]] = {"bots": ("strategies_bots_bot", "true")}
