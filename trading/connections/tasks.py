"""The workers' side of connections. No task carries a secret, and no worker can open one: the trader is asked."""

from __future__ import annotations

from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants
from trading.connections.services import ask_for_due_checks


@tenant_task(queue="default")
def ask_for_checks() -> None:
    """Ask the trader for a check of the tenant's keys that were not checked for a day."""
    ask_for_due_checks()


@public_task(queue="default")
def sweep_checks() -> None:
    """Offer it to every tenant."""
    for tenant in active_tenants():
        ask_for_checks.enqueue(tenant)
