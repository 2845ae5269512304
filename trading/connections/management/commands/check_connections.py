"""`./cu manage check_connections [--all]`: ask the exchanges about the keys that wait for a check, once, by hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.kernel.words import told
from tenants.provisioning.selectors import active_tenants
from trading.connections.models import Connection
from trading.connections.selectors import connections_to_check, connections_with_a_key
from trading.connections.services import check_connection, opening


class Command(ProductCommand):
    help = _(
        "Ask the exchanges about the keys that wait for a check (--all: about every key) and write down what they say. "
        "The trader does this by itself; this is for when it is down. It opens secrets, as the trader does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help=gettext("every key, whether a check was asked for or not")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in active_tenants():
            with in_tenant(tenant), opening():
                for connection in connections_with_a_key() if options["all"] else connections_to_check():
                    self.stdout.write(f"{tenant.slug} {connection.label}: {self._check(connection)}")

    def _check(self, connection: Connection) -> str:
        try:
            row = check_connection(connection)
        except CryptoUniverseError as error:
            return f"{error.sentence(gettext)} ({error.code})"
        return ": ".join(part for part in (str(row.get_status_display()), told(row.check_error, gettext)) if part)
