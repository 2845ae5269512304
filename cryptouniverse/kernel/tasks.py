"""Celery tasks that know whom they work for.

`@tenant_task` runs inside its tenant and raises NoTenant without one; `@public_task` runs in the public schema.
Both carry the correlation id. Work in the broker is always also a row in the database: a lost message loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Task, shared_task

from cryptouniverse.kernel.context import TenantCtx, correlated, correlation_id
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.tenancy import in_public, in_tenant, load_tenant, must_wait

WAIT_S = 5


class TenantTask(Task):  # type: ignore[type-arg]  # not generic at run time
    """A task that runs inside the tenant whose id it is given."""

    abstract = True
    typing = False  # tenant and correlation id travel as arguments that the function does not name

    def __call__(self, *args: Any, tenant_id: str | None = None, correlation: str = "", **kwargs: Any) -> Any:
        """Enter the tenant, then run. Raises NoTenant when `tenant_id` is absent, NotFound when nobody has it.

        While the tenant's tables are brought up to date, the task goes back to the broker for WAIT_S.
        """
        tenant = load_tenant(tenant_id)
        if must_wait(tenant):
            raise self.retry(countdown=WAIT_S, max_retries=None)
        with in_tenant(tenant), correlated(correlation or str(new_id())):
            return self.run(*args, **kwargs)

    def enqueue(self, tenant: TenantCtx, **kwargs: Any) -> None:
        """Offer the task to a worker, for `tenant`, under the current correlation id."""
        self.apply_async(kwargs={**kwargs, "tenant_id": str(tenant.id), "correlation": correlation_id()})


class PublicTask(Task):  # type: ignore[type-arg]  # not generic at run time
    """A task for what is everybody's: it runs in the public schema with no tenant active."""

    abstract = True
    typing = False  # tenant and correlation id travel as arguments that the function does not name

    def __call__(self, *args: Any, correlation: str = "", **kwargs: Any) -> Any:
        """Run in the public schema."""
        with in_public(), correlated(correlation or str(new_id())):
            return self.run(*args, **kwargs)

    def enqueue(self, **kwargs: Any) -> None:
        """Offer the task to a worker under the current correlation id."""
        self.apply_async(kwargs={**kwargs, "correlation": correlation_id()})


def tenant_task(*, queue: str) -> Callable[[Callable[..., Any]], TenantTask]:
    """Make a function a TenantTask on `queue`."""
    return shared_task(base=TenantTask, queue=queue)


def public_task(*, queue: str) -> Callable[[Callable[..., Any]], PublicTask]:
    """Make a function a PublicTask on `queue`."""
    return shared_task(base=PublicTask, queue=queue)
