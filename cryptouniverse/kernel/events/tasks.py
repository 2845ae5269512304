"""The workers' side of the outbox."""

from cryptouniverse.kernel.events import dispatch, pruning
from cryptouniverse.kernel.tasks import public_task


@public_task(queue="events")
def dispatch_outbox() -> None:
    """Deliver what waits; a commit offers it, and beat sweeps every 15 s for what a lost message left behind."""
    while dispatch.dispatch_waiting() == dispatch.BATCH:
        pass
    dispatch.retry_failed()


@public_task(queue="default")
def forget_delivered_events() -> None:
    """Once a day: drop what was delivered long ago, batch by batch."""
    while pruning.forget_delivered() == pruning.BATCH:
        pass
