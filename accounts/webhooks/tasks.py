"""The workers' side of webhooks: a worker of their own, with threads, so that nobody waits for a slow receiver."""

from __future__ import annotations

from uuid import UUID

from accounts.webhooks.selectors import due_endpoints, untold_endpoints
from accounts.webhooks.services import deliver_due, forget_old_deliveries, tell_owner
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tasks import public_task, tenant_task
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.selectors import active_tenants

QUEUE = "webhooks"


@tenant_task(queue=QUEUE)
def deliver(endpoint_id: str) -> None:
    """Send what is due to one endpoint; what is more than a turn's work is offered again, behind the others."""
    if deliver_due(endpoint_id=UUID(endpoint_id)):
        deliver.enqueue(current_tenant(), endpoint_id=endpoint_id)


@tenant_task(queue=QUEUE)
def tell(endpoint_id: str) -> None:
    """Write to the owner of an endpoint that was switched off."""
    tell_owner(endpoint_id=UUID(endpoint_id))


def offer_delivery(tenant: TenantCtx, endpoint_id: UUID) -> None:
    """Ask a worker to look at this endpoint."""
    deliver.enqueue(tenant, endpoint_id=str(endpoint_id))


@public_task(queue="default")
def sweep_deliveries() -> None:
    """Offer every endpoint that something is due for: what a lost message or a killed worker left."""
    for tenant in active_tenants():
        with in_tenant(tenant):
            for endpoint_id in due_endpoints():
                offer_delivery(tenant, endpoint_id)
            for endpoint_id in untold_endpoints():
                tell.enqueue(tenant, endpoint_id=str(endpoint_id))


@public_task(queue="default")
def sweep_old_deliveries() -> None:
    """Once a day: forget what ended a month ago, in every tenant."""
    for tenant in active_tenants():
        with in_tenant(tenant):
            while forget_old_deliveries():
                pass
