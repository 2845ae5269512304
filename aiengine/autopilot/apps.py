"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AiengineAutopilot(AppConfig):
    """Autopilot."""

    name = "aiengine.autopilot"
    label = "aiengine_autopilot"
    verbose_name = _("Autopilot")
    default_auto_field = "django.db.models.BigAutoField"
