"""Metering's place in the project, and what the role `app` may do with its tables."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeteringConfig(AppConfig):
    """credits.metering [tenant]. What was metered is never changed or removed."""

    name = "credits.metering"
    label = "credits_metering"
    verbose_name = _("Metering of profit")
    default_auto_field = "django.db.models.BigAutoField"
    table_grants: ClassVar[dict[str, str]] = {"credits_metering_meteredprofit": "SELECT, INSERT"}
