"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesLab(AppConfig):
    """The strategy lab."""

    name = "strategies.lab"
    label = "strategies_lab"
    verbose_name = _("Strategy lab")
    default_auto_field = "django.db.models.BigAutoField"
    table_exports: ClassVar[dict[str, object]] = {  # their hashes name a result and a file
        "strategies_lab_optimisation": {},
        "strategies_lab_trialrecord": {},
    }
    measured: ClassVar[dict[str, str]] = {
        "search_trials": "SELECT coalesce(max(trials), 0) FROM strategies_lab_optimisation",
    }
