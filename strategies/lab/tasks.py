"""The lab workers' side of optimisations: a chunk a message, so that searches take turns."""

from uuid import UUID

from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import in_each_tenant


@tenant_task(queue="lab")
def optimise(optimisation_id: str) -> None:
    """One chunk, or the report; what is left is offered again, behind the others."""
    from strategies.lab.services import work_optimisation  # numba and optuna: only lab workers load them

    for _lane in range(work_optimisation(optimisation_id=UUID(optimisation_id))):
        optimise.enqueue(current_tenant(), optimisation_id=optimisation_id)


def offer_optimisation(tenant: TenantCtx, optimisation_id: UUID) -> None:
    """Ask a worker to go on with this one."""
    optimise.enqueue(tenant, optimisation_id=str(optimisation_id))


@public_task(queue="default")
def sweep_optimisations() -> None:
    """Every 15 s: offer what no worker was heard of, so that a lost message or a killed worker costs half a minute."""
    from strategies.lab.services import offer_silent

    in_each_tenant(offer_silent)
