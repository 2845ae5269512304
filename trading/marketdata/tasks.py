"""The workers' side of market data."""

from cryptouniverse.kernel.tasks import public_task
from trading.marketdata.services import play_due


@public_task(queue="market")
def advance_feed() -> None:
    """Let the market's time pass; beat asks every second."""
    play_due()
