"""`manage.py replay_day --day 2026-11-26`: replay a closed day of bots anew, of all tenants or of one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, day_said
from cryptouniverse.kernel.tenancy import in_tenant
from cryptouniverse.kernel.words import told
from strategies.monitoring.selectors import last_closed_day, rows_of_day
from strategies.monitoring.services import replay_day
from tenants.provisioning.selectors import trading_tenants


class Command(ProductCommand):
    help = _(
        "Replay a closed day (UTC) of all bots, or of some, and keep what lies between expected and real, over what "
        "was kept of that day. No alarm is raised."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=day_said, required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--bot", type=UUID, action="append", metavar="ID", help=gettext("of these bots alone"))
        parser.add_argument("--tenant", help=gettext("one tenant instead of all"))

    def handle(self, *_args: Any, **options: Any) -> None:
        slug = options["tenant"]
        tenants = [one for one in trading_tenants() if slug is None or one.slug == slug]
        if slug is not None and not tenants:
            raise CommandError(gettext("There is no tenant %s.") % slug)
        over, kept = False, 0
        for tenant in tenants:
            with in_tenant(tenant):
                last = last_closed_day()
                if slug is None and (last is None or options["day"] > last):
                    continue  # its market is not that far
                over = True
                kept += replay_day(day=options["day"], bot_ids=options["bot"])
                for row in rows_of_day(options["day"], bot_ids=options["bot"]):
                    said = told(row.reason, gettext) if row.reason else f"{row.expected:f} {row.actual:f} {row.gap:f}"
                    self.stdout.write(f"{tenant.slug} {row.bot.number} {row.bot.name}: {said}")
        if not over:
            raise CommandError(gettext("The market of no tenant is past %s yet.") % options["day"])
        if options["bot"] and not kept:
            raise CommandError(gettext("None of these bots was there on %s.") % options["day"])
        if not kept:
            self.stdout.write(gettext("No bot was there on %s.") % options["day"])
