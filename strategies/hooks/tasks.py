"""The workers' side of hooks: what is old is forgotten."""

from __future__ import annotations

from cryptouniverse.kernel.tasks import public_task
from strategies.hooks.services import forget_alerts
from tenants.provisioning.selectors import in_each_tenant


@public_task(queue="default")
def sweep_old_alerts() -> None:
    """Once a day: forget what came in three months ago, in every tenant."""
    in_each_tenant(forget_alerts)
