"""A replay's worker that kills itself (SIGKILL) before a given statement: run as a program by the proof.

One warm parent without connections forks a worker per kill, which is what makes twenty kills cheap; the worker runs the
production code. argv: the stage as JSON, the tenant's slug, and the statement numbers before which to die.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def work(stage, slug, fatal):
    """Continue the replay; die before statement `fatal` (0: live to the end)."""
    from django.db import connection

    from aiengine.autopilot.replay.running import run_replay
    from cryptouniverse.kernel.tenancy import in_tenant
    from tenants.provisioning.selectors import tenant_by_slug
    from tests.proofs.workers import die_before

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    if fatal:
        die_before(fatal)
    with in_tenant(tenant_by_slug(slug)):
        run_replay(stage)


def main():
    import django
    from django.conf import settings

    django.setup()
    settings.DATABASES["default"]["NAME"] = os.environ["PROOF_DATABASE"]
    import aiengine.autopilot.cycle
    from aiengine.autopilot.replay.running import Stage
    from cryptouniverse.kernel.market import Timeframe

    body = json.loads(sys.argv[1])
    stage = Stage(**{**body, "timeframe": Timeframe(body["timeframe"]), "instruments": tuple(body["instruments"])})
    for fatal in json.loads(sys.argv[3]):
        child = os.fork()
        if child == 0:
            work(stage, sys.argv[2], fatal)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}", flush=True)
    assert aiengine.autopilot.cycle is not None


if __name__ == "__main__":
    main()
