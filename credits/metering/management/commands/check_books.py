"""`manage.py check_books`: recompute every balance and mark from what was booked, in every tenant."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from credits.ledger.selectors import check_books
from credits.metering.selectors import check_marks
from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.selectors import active_tenants, tenant_by_slug


class Command(ProductCommand):
    help = _("Recompute every balance and profit mark from what was booked; fails and lists what does not add up.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", help=gettext("the slug of one tenant; all active ones by default"))

    def handle(self, *_args: Any, tenant: str | None = None, **_options: Any) -> None:
        tenants = [tenant_by_slug(tenant)] if tenant else active_tenants()
        faults = 0
        for one in tenants:
            with in_tenant(one):
                found = [*check_books(), *check_marks()]
            for fault in found:
                line = gettext("%(tenant)s: %(rule)s: %(subject)s: %(found)s, expected %(expected)s")
                facts = {"rule": fault.rule, "subject": fault.subject, "found": f"{fault.found:f}"}
                self.stdout.write(line % {**facts, "tenant": one.slug, "expected": f"{fault.expected:f}"})
            faults += len(found)
        if faults:
            bad = ngettext("%(number)d thing does not add up.", "%(number)d things do not add up.", faults)
            raise CommandError(bad % {"number": faults})
        good = ngettext(
            "The books of %(number)d tenant add up.", "The books of %(number)d tenants add up.", len(tenants)
        )
        self.stdout.write(good % {"number": len(tenants)})
