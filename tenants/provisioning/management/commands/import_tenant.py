"""`manage.py import_tenant SLUG FILE [--host HOST]`: a tenant made of an export."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import import_tenant


class Command(ProductCommand):
    help = _("Make a tenant of the export in FILE. People set new passwords: an export has none.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--host", action="append", default=[], dest="hosts")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                tenant = import_tenant(slug=options["slug"], file=file, hosts=tuple(options["hosts"]))
        except OSError as error:
            raise CommandError(gettext("%s cannot be read.") % options["file"]) from error
        self.stdout.write(gettext("%s is there.") % tenant.slug)
