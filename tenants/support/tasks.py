"""What is swept."""

from cryptouniverse.kernel.tasks import public_task
from tenants.support.services import end_expired


@public_task(queue="default")
def sweep_grants() -> None:
    """Every minute: record the end of the grants whose time is over."""
    end_expired()
