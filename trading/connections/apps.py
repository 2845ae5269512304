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
    counted: ClassVar[dict[str, tuple[str, str]]] = {
        "connections": ("trading_connections_connection", "status <> 'deleted'")
    }
    table_exports: ClassVar[dict[str, object]] = {  # sealed, and bound to the tenant they were sealed in
        "trading_connections_sealedsecret": {},
        "trading_connections_tenantkey": {},
        "trading_connections_connection": {},  # only the number of the secrets' version
    }
    table_grants: ClassVar[dict[str, str]] = {"trading_connections_connection": "SELECT, INSERT, UPDATE"}
