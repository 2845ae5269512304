"""`manage.py bootstrap`: from an empty database to a platform that trades on paper. Run again, it changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cryptouniverse.demo import ensure_bots, ensure_people, ensure_tenants
from cryptouniverse.schedule import install_schedule
from tenants.provisioning.services import migrate_everything
from trading.marketdata.services import choose_market


class Command(BaseCommand):
    help = (
        "Migrate, make the tenants platform and demo, choose a market, set up the demo bots; print new passwords once."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        migrate_everything(verbosity=0)
        install_schedule()
        tenants = ensure_tenants()
        choose_market()
        credentials = ensure_people(tenants)
        ensure_bots(tenants["demo"])
        for credential in credentials:
            self.stdout.write(f"{credential.where}  {credential.email}  password: {credential.password}")
