"""`manage.py resume_tenant SLUG --reason WHY`: serve a tenant again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import resume_tenant


class Command(ProductCommand):
    help = _("Serve a tenant again that is suspended or marked for deletion.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--reason", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        resume_tenant(slug=options["slug"], reason=options["reason"])
        self.stdout.write(gettext("%s is served again.") % options["slug"])
