"""`manage.py migrate`: there is no database with one schema here, so it says which command brings all of them up."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db.migrations.autodetector import MigrationAutodetector
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand


class Command(ProductCommand):
    help = _("Not here: migrate_tenants brings public, the template and every tenant to the present version.")
    autodetector = MigrationAutodetector  # Django's checks ask for it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("anything", nargs="*")

    def handle(self, *_args: Any, **_options: Any) -> None:
        raise CommandError(gettext("Every tenant has a schema of its own: run ./cu manage migrate_tenants."))
