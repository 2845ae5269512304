"""`manage.py replay FOLDER`: the production cycle over stored candles, in a worker of its own, with its proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from aiengine.autopilot.replay.cast import strangers
from aiengine.autopilot.replay.running import Stage, run_replay
from aiengine.autopilot.replay.staging import stage_of
from cryptouniverse.kernel.commands import ProductCommand, count_said, timeframe_said
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_slug
from tenants.provisioning.services import create_tenant, drop_tenant, ensure_migrated

PROGRESS_EVERY = 200


class Command(ProductCommand):
    help = _(
        "Replay the candles in FOLDER through the production cycle as fast as it goes: 20 seeded users, one bot per "
        "strategy each, in a scratch tenant (kept and continued when named). Prints counts, the proof of the books and "
        "a hash of the fills."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder")
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))
        parser.add_argument("--tenant", default="", help=gettext("keep the replay under this name, and continue it"))
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--timeframe", type=timeframe_said, default=None, help=gettext("default: 1h where there are such files")
        )
        parser.add_argument("--slots", type=count_said, default=0, help=gettext("only the first so many candles"))
        parser.add_argument("--worker", default="", help=gettext("(internal) the stage, as JSON"))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["worker"]:
            self._work(json.loads(options["worker"]), options["tenant"])
            return
        ensure_migrated()  # it may be the first command of all
        _require_of_replays(options["tenant"])
        stage = stage_of(
            options["folder"], timeframe=options["timeframe"], slots=options["slots"], seed=options["seed"]
        )
        tenant, scratch = _tenant(options["tenant"])
        try:
            began = time.perf_counter()
            self._spawn(stage, tenant, quiet=options["json"])
            report = report_of(tenant, time.perf_counter() - began)
        finally:
            if scratch:
                drop_tenant(slug=tenant.slug)
        self.stdout.write(json.dumps(report, indent=None if options["json"] else 2))
        _require_sound(report)

    def _spawn(self, stage: Stage, tenant: TenantCtx, *, quiet: bool) -> None:
        body = {
            "instruments": stage.instruments,
            "timeframe": stage.timeframe.value,
            "first_ms": stage.first_ms,
            "last_ms": stage.last_ms,
            "seed": stage.seed,
        }
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "replay", "-", "--worker", json.dumps(body)]
        done = subprocess.run(  # noqa: S603  # our own command line
            [*command, "--skip-checks", "--tenant", tenant.slug, *(["--json"] if quiet else [])],  # we have run them
            env=environment,
            check=False,
        )
        if done.returncode:
            line = gettext("The worker ended with %d. Name a tenant (--tenant) to continue where it stopped.")
            raise CommandError(line % done.returncode)

    def _work(self, body: dict[str, Any], slug: str) -> None:
        body["timeframe"] = Timeframe(body["timeframe"])
        body["instruments"] = tuple(body["instruments"])

        def show(done: int, slots: int) -> None:
            if done % PROGRESS_EVERY == 0 or done == slots:
                line = gettext("%(done)d of %(slots)d candles") % {"done": done, "slots": slots}
                self.stderr.write(f"\r{line}", ending="" if done < slots else "\n")

        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")  # a crash of the server costs slots, which are played again
        with in_tenant(tenant_by_slug(slug)):
            run_replay(Stage(**body), on_slot=show)


def report_of(tenant: TenantCtx, wall_s: float) -> dict[str, Any]:
    """The replay's one object: counts over the whole tenant, the proof, the hash, and this run's speed."""
    from aiengine.autopilot.replay import proof

    with in_tenant(tenant):
        found = proof.counts()
        wrong = proof.contradictions()
        return {
            **found,
            "stories": proof.stories(),
            "proofs": {name: number == 0 for name, number in wrong.items()},
            "books_balanced": not any(wrong.values()),
            "fills_hash": proof.fills_hash(),
            "wall_s": round(wall_s, 2),
            "orders_per_s": round(found["orders"] / wall_s, 1),
            "peak_rss_mb": round(getrusage(RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        }


def _require_of_replays(slug: str) -> None:
    with suppress(UnknownTenant), in_tenant(tenant_by_slug(slug)):
        if strangers():
            line = gettext("%s has people of its own, and a replay would trade in their books: name another tenant.")
            raise CommandError(line % slug)


def _tenant(name: str) -> tuple[TenantCtx, bool]:
    slug = name or f"replay-{uuid4().hex[:12]}"
    try:
        return tenant_by_slug(slug), False
    except UnknownTenant:
        return create_tenant(slug=slug, name=f"Replay {slug}"), not name


def _require_sound(report: dict[str, Any]) -> None:
    if not report["books_balanced"]:
        wrong = ", ".join(name for name, holds in report["proofs"].items() if not holds)
        raise CommandError(gettext("The books do not hold: %s.") % wrong)
    if not report["fills"] or not report["refusals"]:
        raise CommandError(gettext("A replay without fills or without refusals proves nothing: give it more candles."))
