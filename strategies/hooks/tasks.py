"""The workers' side of hooks: what is old is forgotten."""

from __future__ import annotations

from cryptouniverse.kernel.tasks import public_task
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.hooks.services import forget_alerts
from tenants.provisioning.selectors import active_tenants


@public_task(queue="default")
def sweep_old_alerts() -> None:
    """Once a day: forget what came in three months ago, in every tenant."""
    for tenant in active_tenants():
        with in_tenant(tenant):
            forget_alerts()
