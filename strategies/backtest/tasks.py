"""The lab workers' side of backtests: on a queue of their own, so that no run delays an order."""

from cryptouniverse.kernel.tasks import public_task, tenant_task
from cryptouniverse.kernel.tenancy import in_tenant
from strategies.backtest.waiting import waiting_runs
from tenants.provisioning.selectors import active_tenants


@tenant_task(queue="lab")
def run_backtests() -> None:
    """Work what waits in one tenant."""
    from strategies.backtest.services import work_runs  # numba: only lab workers load it

    work_runs()


@public_task(queue="default")
def sweep_backtests() -> None:
    """Every 15 s: offer it to every tenant in which something waits, so that a lost message or worker costs seconds."""
    for tenant in active_tenants():
        with in_tenant(tenant):
            waits = waiting_runs().exists()
        if waits:
            run_backtests.enqueue(tenant)
