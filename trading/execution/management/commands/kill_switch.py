"""`manage.py kill_switch --reason WHY`: stop the trading of all tenants or one, or let it go on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from trading.ceilings.types import STOPS, Mode
from trading.execution.services import resume_platform, stop_platform


class Command(ProductCommand):
    help = _("Stop all trading of the platform, or of one tenant, at once. Needs PostgreSQL alone.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", help=gettext("one tenant instead of all"))
        parser.add_argument("--mode", choices=[mode.value for mode in STOPS], default=Mode.CLOSE_ONLY.value)
        parser.add_argument("--rearm", action="store_true", help=gettext("let trading go on"))
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        where = {"reason": options["reason"], "slug": options["tenant"]}
        if options["rearm"]:
            resume_platform(**where)
            self.stdout.write(gettext("Trading may go on. What tenants stopped themselves stays stopped."))
            return
        done = stop_platform(mode=Mode(options["mode"]), **where)
        self.stdout.write(gettext("Trading is stopped. Entries withdrawn: %d. Stops stay in place.") % done.withdrawn)
        if done.failed:
            raise CommandError(gettext("Not carried out at %s: do it again.") % ", ".join(done.failed))
