"""The workers' side of API keys: owners are told before one expires."""

from accounts.apikeys.services import tell_of_ends
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants


@tenant_task(queue="default")
def tell_owners() -> None:
    """Write to the tenant's owners of keys that expire soon."""
    tell_of_ends()


@public_task(queue="default")
def sweep_ends() -> None:
    """Every hour: offer it to every tenant."""
    for tenant in active_tenants():
        tell_owners.enqueue(tenant)
