"""`manage.py suspend_tenant SLUG --reason WHY`: serve a tenant no more, until it is resumed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import suspend_tenant


class Command(ProductCommand):
    help = _("Serve a tenant no more until it is resumed: no pages, API, sockets or entries. Exits and stops go on.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        suspend_tenant(slug=options["slug"], reason=options["reason"])
        self.stdout.write(gettext("%s is suspended. Its exits and stops go on.") % options["slug"])
