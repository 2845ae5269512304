"""The workers' side of signal feeds."""

from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants, in_each_tenant


@tenant_task(queue="default")
def deliver() -> None:
    """Bring a tenant's people the signals that they follow; offered when candles close, and every 15 s."""
    from strategies.feed.delivering import deliver_signals

    deliver_signals()


@public_task(queue="default")
def sweep_feeds() -> None:
    """Every 15 s: offer it to every tenant, so that a lost message or a killed worker costs seconds and no signal."""
    for tenant in active_tenants():
        deliver.enqueue(tenant)


@public_task(queue="default")
def sweep_old_notices() -> None:
    """Daily: what was delivered long ago goes."""
    from strategies.feed.services import forget_old_notices

    in_each_tenant(forget_old_notices)
