"""The workers' side of tokens."""

from accounts.tokens.services import forget_old_families
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants


@tenant_task(queue="default")
def forget_families() -> None:
    """Drop the tenant's families that are over."""
    forget_old_families(now=clock.now())


@public_task(queue="default")
def sweep_families() -> None:
    """Once a day: offer it to every tenant."""
    for tenant in active_tenants():
        forget_families.enqueue(tenant)
