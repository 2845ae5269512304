"""`manage.py crash_test`: the trader is killed at every point of the order protocol, over a sandbox that misbehaves."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.services import create_tenant, drop_tenant, ensure_migrated
from trading.connections.services import opening
from trading.execution.crash.checker import check
from trading.execution.crash.plan import kills_of
from trading.execution.crash.running import run_kills
from trading.execution.crash.stage import exchange, free_port, set_stage


class Command(BaseCommand):
    help = "Kill the trader at every point of the order protocol; prints what was lost or doubled: all of it must be 0."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kills", type=int, default=500)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--factor", type=Decimal, default=Decimal("0.05"), help="of the protocol's waiting times")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()
        plan = kills_of(options["kills"], options["seed"])
        slug = f"crash-{uuid4().hex[:12]}"
        tenant = create_tenant(slug=slug, name="Crash test", hosts=(f"{slug}.localhost",))
        began = time.perf_counter()
        try:
            with opening(), exchange(free_port(), seed=options["seed"]) as (control, url, journal):
                with in_tenant(tenant):
                    stage = set_stage(control, url, journal, factor=options["factor"], seed=options["seed"])
                counted = run_kills(stage, tenant, plan)
                with in_tenant(tenant):
                    found = check(journal, stage.accounts.values())
        finally:
            drop_tenant(slug=slug)
        self.stdout.write(
            json.dumps(
                {
                    "kills": sum(counted.values()),
                    "seconds": round(time.perf_counter() - began, 1),
                    "pairs_min": min(counted.get((s, k.point), 0) for s, ks in plan.items() for k in ks),
                    **{n: getattr(found, n) for n in found.__slots__},
                },
                indent=1,
                default=str,
            )
        )
        if not found.sound:
            raise CommandError("not sound")
