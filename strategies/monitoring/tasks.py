"""The lab workers' side of monitoring: a night for each tenant."""

from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import trading_tenants


@tenant_task(queue="lab")
def watch_bots() -> None:
    """Replay the closed days that nobody went through, for one tenant; safe to be run twice and to be killed."""
    from strategies.monitoring.services import run_nights  # numba: only lab workers load it

    run_nights()


@public_task(queue="default")
def sweep_nights() -> None:
    """Hourly: offer the night to every tenant; whose days were gone through are left at once."""
    for tenant in trading_tenants():
        watch_bots.enqueue(tenant)
