"""`manage.py crash_test`: the trader is killed at every point of the order protocol, over a sandbox that misbehaves."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections import Counter
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand, decimal_said
from cryptouniverse.kernel.crashpoints import CRASHPOINTS
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.services import create_tenant, drop_tenant, ensure_migrated
from trading.connections.services import opening
from trading.execution.crash.checker import Findings, check
from trading.execution.crash.plan import SEMANTICS, TIMES_MIN, kills_of
from trading.execution.crash.running import run_kills
from trading.execution.crash.stage import exchange, free_port, set_stage


class Command(ProductCommand):
    help = _(
        "Kill the trader at every point of the order protocol, over a sandbox that misbehaves, and hold the sandbox's "
        "journal against our books. Prints what was doubled, lost or booked wrongly: all of it has to be 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kills", type=int, default=500)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--factor", type=decimal_said, default=Decimal("0.05"), help=gettext("what the waiting times are scaled by")
        )
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            plan = kills_of(options["kills"], options["seed"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        slug = f"crash-{uuid4().hex[:12]}"
        tenant = create_tenant(slug=slug, name="Crash test", hosts=(f"{slug}.localhost",))
        began = time.perf_counter()
        try:
            with opening(), exchange(free_port(), seed=options["seed"]) as (control, url, journal):
                with in_tenant(tenant):
                    stage = set_stage(control, url, journal, factor=options["factor"], seed=options["seed"])
                kills = run_kills(stage, tenant, plan)
                with in_tenant(tenant):
                    found = check(journal, stage.accounts.values())
        finally:
            drop_tenant(slug=slug)
        report = report_of(kills, found, round(time.perf_counter() - began, 1))
        self.stdout.write(json.dumps(report, indent=None if options["json"] else 2))
        if not found.sound or report["pairs_too_seldom"]:
            raise CommandError(gettext("The order protocol did not hold: see the figures above."))


def report_of(kills: Counter[tuple[str, str]], found: Findings, wall_s: float) -> dict[str, Any]:
    """The test's one object: kills in all and by pair, and every kind of difference."""
    pairs = {f"{semantics}/{point}": kills[semantics, point] for semantics in SEMANTICS for point in CRASHPOINTS}
    return {
        "kills": sum(kills.values()),
        **{name: getattr(found, name) for name in Findings.__slots__},
        "pairs_too_seldom": [pair for pair, count in pairs.items() if count < TIMES_MIN],
        "kills_by_pair": pairs,
        "wall_s": wall_s,
    }
