"""`./cu manage write_audit_heads`: sign where every tenant's chain stands, now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.keeping import write_head
from tenants.provisioning.selectors import every_tenant


class Command(ProductCommand):
    help = _(
        "Sign where the audit chain of every tenant stands and keep that outside the database. The worker does this "
        "every hour and when it ends; this is for the moment before a backup, a move or an inspection."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        written = 0
        for tenant in every_tenant():
            with in_tenant(tenant):
                head = write_head()
            if head:
                written += 1
                said = gettext("%(tenant)s: head %(number)s at place %(sequence)s")
                self.stdout.write(said % {"tenant": tenant.slug, "number": head.number, "sequence": head.sequence})
        self.stdout.write(
            ngettext("%(number)d head written", "%(number)d heads written", written) % {"number": written}
        )
