"""The workers' side of tenants: domains are proven again each day."""

from __future__ import annotations

from cryptouniverse.kernel.tasks import public_task
from tenants.provisioning.domains import prove_again, release_held


@public_task(queue="default")
def prove_domains() -> None:
    """Look up the domains that are due, and free the names that were held long enough."""
    prove_again()
    release_held()
