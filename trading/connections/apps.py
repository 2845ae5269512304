"""The Django app of this domain."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TradingConnections(AppConfig):
    """People's accounts at exchanges, and their sealed keys."""

    name = "trading.connections"
    label = "trading_connections"
    verbose_name = _("Connections")
    default_auto_field = "django.db.models.BigAutoField"
    # a connection is never deleted: orders and fills name it
    table_grants: ClassVar[dict[str, str]] = {"trading_connections_connection": "SELECT, INSERT, UPDATE"}
