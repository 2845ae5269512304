"""`./cu manage verify_audit [--tenant NAME] [--json]`: every record, link and signed head; 1 on any finding."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.audit.keeping import check_chain
from tenants.audit.models import AuditCheck
from tenants.audit.types import FAULTS, Finding
from tenants.provisioning.selectors import every_tenant


class Command(ProductCommand):
    help = _(
        "Check the audit of every tenant: each record and its place in the chain, gaps, and the signed heads that are "
        "kept outside the database. Says what is wrong and where, and ends with 1 if anything is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", metavar="NAME", help=gettext("only this tenant; all of them if not said"))
        parser.add_argument("--json", action="store_true", help=gettext("one JSON object, for programs"))

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = [tenant for tenant in every_tenant() if options["tenant"] in (None, tenant.slug)]
        if not tenants:
            raise CommandError(gettext("There is no tenant called %(name)s.") % {"name": options["tenant"]})
        reports = [_report(tenant) for tenant in tenants]
        wrong = sum(len(report["findings"]) for report in reports)
        if options["json"]:
            self.stdout.write(json.dumps({"findings": wrong, "tenants": reports}))
        else:
            self._say(reports)
        if wrong:
            sys.exit(1)

    def _say(self, reports: list[dict[str, Any]]) -> None:
        for report in reports:
            said = gettext("%(tenant)s: %(records)s records, %(heads)s signed heads, %(number)s findings")
            self.stdout.write(said % {**report, "number": len(report["findings"])})
            for finding in report["findings"]:
                place = gettext("  place %(sequence)s, record %(record)s: %(sentence)s (%(fault)s)")
                self.stdout.write(place % finding)


def _report(tenant: TenantCtx) -> dict[str, Any]:
    with in_tenant(tenant):
        findings = check_chain()
        made = AuditCheck.objects.latest("id")
    facts = {"tenant": tenant.slug, "records": made.sequence, "heads": made.heads}
    return {**facts, "findings": [_facts(finding) for finding in findings]}


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "fault": finding.fault.value,
        "sequence": finding.sequence,
        "record": finding.record or "-",
        "sentence": gettext(FAULTS[finding.fault]),
    }
