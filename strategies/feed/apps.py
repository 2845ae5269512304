"""The Django app of this domain."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesFeed(AppConfig):
    """The signal feed."""

    name = "strategies.feed"
    label = "strategies_feed"
    verbose_name = _("Signal feed")
    default_auto_field = "django.db.models.BigAutoField"
