"""`manage.py delete_tenant SLUG --confirm SLUG`: in two steps, a mark and, 30 days later, the deletion."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.selectors import any_tenant
from tenants.provisioning.services import mark_for_deletion, purge_tenant
from tenants.provisioning.types import Life


class Command(ProductCommand):
    help = _("Mark a tenant for deletion; 30 days later, delete it with all it has. Both need --confirm SLUG.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--confirm", default="", metavar="SLUG")
        parser.add_argument("--reason", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        slug = options["slug"]
        if options["confirm"] != slug:
            raise CommandError(gettext("Nothing was done: repeat the name, as in --confirm %s.") % slug)
        if any_tenant(slug).life is Life.CLOSING:
            purge_tenant(slug=slug)
            self.stdout.write(gettext("%s is deleted.") % slug)
            return
        due = mark_for_deletion(slug=slug, reason=options["reason"])
        said = gettext("%(tenant)s is served no more. From %(day)s on, this command deletes it; resume_tenant undoes.")
        self.stdout.write(said % {"tenant": slug, "day": due.date().isoformat()})
