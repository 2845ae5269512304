"""The workers' side of the outbox."""

from django.core.cache import caches

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events import dispatch, pruning
from cryptouniverse.kernel.events.selectors import WORKER_SEEN
from cryptouniverse.kernel.tasks import public_task

WORKER_SEEN_S = 600


@public_task(queue="events")
def dispatch_outbox() -> None:
    """Deliver what waits; a commit offers it, and beat sweeps every 15 s for what a lost message left behind."""
    while dispatch.dispatch_waiting() == dispatch.BATCH:
        pass
    dispatch.retry_failed()
    caches["global"].set(WORKER_SEEN, clock.now(), WORKER_SEEN_S)


@public_task(queue="default")
def forget_delivered_events() -> None:
    """Once a day: drop what was delivered long ago, batch by batch."""
    while pruning.forget_delivered() == pruning.BATCH:
        pass
