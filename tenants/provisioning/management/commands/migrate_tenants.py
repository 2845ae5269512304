"""`manage.py migrate_tenants`: bring every schema to the present version; `--status` only says where each stands."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.selectors import schema_statuses
from tenants.provisioning.services import migrate_everything


class Command(ProductCommand):
    help = _("Bring public, the template and every tenant to the present version. Can be stopped and run again.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--status", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["status"]:
            for status in schema_statuses():
                self.stdout.write(f"{status.schema_name}  {status.get_state_display()}  {status.reason}".rstrip())
            return
        report = migrate_everything(verbosity=0)
        self.stdout.write(gettext("%s schemas were brought up to date.") % len(report.changed))
        if report.failed:
            lines = "\n".join(f"{schema}: {reason}" for schema, reason in report.failed.items())
            raise CommandError(gettext("Served read-only until they are migrated:\n%s") % lines)
