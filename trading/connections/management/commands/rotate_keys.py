"""`./cu manage rotate_keys [--master | --data] [--tenant NAME]`: new keys under everything that is sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.kernel.vault import rewrap_secrets
from tenants.provisioning.selectors import every_tenant
from trading.connections.services import opening, reseal_secrets, rewrap_keys


class Command(ProductCommand):
    help = _(
        "Rotate the keys that seal exchange keys, while the product runs. --master: wrap each tenant's key under the "
        "current master key (start every process with the new one as CU_MASTER_KEY and the old one as "
        "CU_MASTER_KEY_OLD first). --data: give each tenant a fresh key and seal everything under it. Without either: "
        "both. Interrupted, it is simply run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        master = gettext("only wrap the tenants' keys under the master key")
        what.add_argument("--master", action="store_true", help=master)
        what.add_argument("--data", action="store_true", help=gettext("only seal the secrets under fresh keys"))
        parser.add_argument("--tenant", metavar="NAME", help=gettext("only this tenant; all of them if not said"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Every tenant, suspended ones too: their keys must not be left under a master key that is thrown away."""
        name = options["tenant"]
        tenants = [tenant for tenant in every_tenant() if name in (None, tenant.slug)]
        if not tenants:
            raise CommandError(gettext("There is no tenant called %(name)s.") % {"name": name})
        failed = [tenant.slug for tenant in tenants if not self._rotate(tenant, options)]
        if failed:
            unfinished = gettext("Not finished for %(tenants)s: keep the old master key, and run it again.")
            raise CommandError(unfinished % {"tenants": ", ".join(failed)})
        if not options["data"] and name is None:
            self.stdout.write(gettext("Every key is under the current master key: the old one can be thrown away."))

    def _rotate(self, tenant: TenantCtx, options: dict[str, Any]) -> bool:
        parts, good = [], True
        try:
            with in_tenant(tenant), opening():
                if not options["data"]:
                    parts.append(_wrapped(rewrap_keys() + rewrap_secrets()))
                if not options["master"]:
                    done = reseal_secrets()
                    parts.append(_sealed(done.sealed))
                    if done.broken:
                        parts.append(_broken(done.broken))
                        good = False
        except CryptoUniverseError as error:
            parts.append(f"{error.sentence(gettext)} ({error.code})")
            good = False
        self.stdout.write(f"{tenant.slug}: {', '.join(parts)}")
        return good


def _wrapped(number: int) -> str:
    return ngettext("%(number)d key wrapped anew", "%(number)d keys wrapped anew", number) % {"number": number}


def _sealed(number: int) -> str:
    return ngettext("%(number)d secret sealed anew", "%(number)d secrets sealed anew", number) % {"number": number}


def _broken(number: int) -> str:
    return ngettext("%(number)d that does not open", "%(number)d that do not open", number) % {"number": number}
