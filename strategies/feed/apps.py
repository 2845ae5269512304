"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategiesFeed(AppConfig):
    """The signal feed."""

    name = "strategies.feed"
    label = "strategies_feed"
    verbose_name = _("Signal feed")
    default_auto_field = "django.db.models.BigAutoField"
    measured: ClassVar[dict[str, str]] = {
        "signal_subscriptions": "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n"
        " FROM strategies_feed_signalsubscription GROUP BY owner_id) AS each",
    }
