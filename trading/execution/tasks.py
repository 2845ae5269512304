"""The sandbox's market follows the market that is shown."""

from cryptouniverse.kernel.tasks import tenant_task


@tenant_task(queue="market")
def follow_market(slots_ms: list[int]) -> None:
    """Show the sandbox the candles that closed, where one of the tenant's connections trades there."""
    from trading.execution.services.following import show_market  # market data as arrays: only workers load it

    show_market(slots_ms)
