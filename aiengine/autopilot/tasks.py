"""The workers' side of the cycle."""

from aiengine.autopilot.claims import forget_claims
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import in_each_tenant, trading_tenants


@tenant_task(queue="execution-paper")
def run_cycles() -> None:
    """Work what is due for one tenant, and look for emergencies; offered when candles close, and every 15 s."""
    from aiengine.autopilot.slots import run_due_cycles  # the whole ring: only workers load it
    from trading.execution.services import carry_on, place_recorded, watch_triggers

    while run_due_cycles():
        pass
    watch_triggers()  # what begins when no candle comes
    if carry_on():
        place_recorded()


@public_task(queue="execution-paper")
def sweep_cycles() -> None:
    """Every 15 s: offer the cycle to every tenant, so that a lost message costs seconds and no slot."""
    for tenant in trading_tenants():
        run_cycles.enqueue(tenant)


@public_task(queue="default")
def sweep_old_claims() -> None:
    """Once a day: forget which slots were worked long ago, in every tenant."""
    in_each_tenant(forget_claims)
