"""The workers' side of API v1."""

from cryptouniverse.api.idempotency import forget_old_keys
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants


@tenant_task(queue="default")
def forget_idempotency_keys() -> None:
    """Drop the tenant's keys that are older than they are kept."""
    forget_old_keys(now=clock.now())


@public_task(queue="default")
def sweep_idempotency_keys() -> None:
    """Once a day: offer it to every tenant."""
    for tenant in active_tenants():
        forget_idempotency_keys.enqueue(tenant)
