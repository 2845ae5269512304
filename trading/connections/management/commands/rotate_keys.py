"""`./cu manage rotate_keys [--master | --data] [--tenant NAME]`: new keys under everything that is sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.selectors import every_tenant
from trading.connections.services import opening, reseal_secrets, rewrap_keys


class Command(BaseCommand):
    help = (
        "Rotate the keys that seal exchange keys, while the product runs. --master: wrap each tenant's key under the "
        "current master key (start every process with the new one as CU_MASTER_KEY and the old one as "
        "CU_MASTER_KEY_OLD first). --data: give each tenant a fresh key and seal everything under it. Without either: "
        "both. Interrupted, it is simply run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--master", action="store_true", help="only wrap the tenants' keys under the master key")
        what.add_argument("--data", action="store_true", help="only seal the secrets under fresh keys")
        parser.add_argument("--tenant", metavar="NAME", help="only this tenant; all of them if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        """Every tenant, suspended ones too: their keys must not be left under a master key that is thrown away."""
        name = options["tenant"]
        tenants = [tenant for tenant in every_tenant() if name in (None, tenant.slug)]
        if not tenants:
            raise CommandError(f"There is no tenant called {name}.")
        failed = [tenant.slug for tenant in tenants if not self._rotate(tenant, options)]
        if failed:
            raise CommandError(f"Not finished for {', '.join(failed)}: keep the old master key, and run it again.")
        if not options["data"] and name is None:
            self.stdout.write("Every key is under the current master key: the old one can be thrown away.")

    def _rotate(self, tenant: TenantCtx, options: dict[str, Any]) -> bool:
        said, good = [], True
        try:
            with in_tenant(tenant), opening():
                if not options["data"]:
                    said.append(f"{rewrap_keys()} keys wrapped anew")
                if not options["master"]:
                    done = reseal_secrets()
                    said.append(f"{done.sealed} secrets sealed anew")
                    if done.broken:
                        said.append(f"{done.broken} that do not open")
                        good = False
        except CryptoUniverseError as error:
            said.append(f"{error.message} ({error.code})")
            good = False
        self.stdout.write(f"{tenant.slug}: {', '.join(said)}")
        return good
