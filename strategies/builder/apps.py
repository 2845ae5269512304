"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesBuilder(AppConfig):
    """Rule sets."""

    name = "strategies.builder"
    label = "strategies_builder"
    verbose_name = _("Rule sets")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {"strategies_builder_rulesetversion": {}}  # its hash names its rules
