"""`manage.py bootstrap`: from an empty database to a platform that trades on paper. Run again, it changes nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.demo import ensure_bots, ensure_people, ensure_practice, ensure_tenants
from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.schedule import install_schedule
from tenants.provisioning.services import migrate_everything
from trading.marketdata.services import choose_market


class Command(ProductCommand):
    help = _(
        "Migrate, make the tenants platform and demo, choose a market, set up the demo bots; print new passwords once."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        for schema, reason in migrate_everything(verbosity=0).failed.items():
            facts = {"schema": schema, "reason": reason}
            self.stderr.write(gettext("%(schema)s is served read-only, it was not migrated: %(reason)s") % facts)
        install_schedule()
        tenants = ensure_tenants()
        choose_market()
        credentials = ensure_people(tenants)
        ensure_bots(tenants["demo"])
        if not ensure_practice(tenants["demo"]):
            self.stderr.write(gettext("The practice exchange does not answer: the demo trades on paper only."))
        for credential in credentials:
            line = gettext("%(where)s  %(email)s  password: %(password)s")
            facts = {"where": credential.where, "email": credential.email, "password": credential.password}
            self.stdout.write(line % facts)
