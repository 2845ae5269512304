"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesFinding(AppConfig):
    """Bots that compare markets and read books."""

    name = "strategies.finding"
    label = "strategies_finding"
    verbose_name = _("Bots that read order books")
    default_auto_field = "django.db.models.BigAutoField"
