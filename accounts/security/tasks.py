"""The workers' side of signing in: letters leave, what is old is forgotten."""

from __future__ import annotations

from accounts.security.services import codes, letters, lockout
from accounts.users.services import forget_old_sessions
from cryptouniverse.kernel.tasks import public_task, tenant_task
from tenants.provisioning.selectors import active_tenants


@tenant_task(queue="default")
def send_letters() -> None:
    """Send the tenant's letters that wait."""
    letters.send_waiting()


@tenant_task(queue="default")
def forget_old() -> None:
    """Drop codes, guesses and sessions that no longer count."""
    codes.forget_old_codes()
    lockout.forget_old_guesses()
    forget_old_sessions()


@public_task(queue="default")
def sweep_letters() -> None:
    """Every minute: letters whose message to the worker was lost."""
    for tenant in active_tenants():
        send_letters.enqueue(tenant)


@public_task(queue="default")
def sweep_old() -> None:
    """Once a day: offer it to every tenant."""
    for tenant in active_tenants():
        forget_old.enqueue(tenant)
