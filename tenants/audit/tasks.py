"""The workers' side of the audit: places in the chain every two seconds, heads every hour, a whole check every day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from celery.signals import worker_shutdown

from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.tasks import public_task, tenant_task
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit.keeping import check_chain, write_head
from tenants.audit.sealing import seal_everything, with_unsealed
from tenants.provisioning.selectors import every_tenant

log = structlog.get_logger(__name__)


@public_task(queue="default")
def seal_audits() -> None:
    """Give every tenant's new records their places in its chain."""
    _for_each(with_unsealed(every_tenant()), seal_everything, "the audit could not be sealed")


@public_task(queue="default")
def write_audit_heads() -> None:
    """Sign where every tenant's chain stands, outside the database."""
    write_every_head()


@public_task(queue="default")
def sweep_audit_checks() -> None:
    """Offer the whole check to every tenant."""
    for tenant in every_tenant():
        check_audit.enqueue(tenant)


@tenant_task(queue="default")
def check_audit() -> None:
    """Check one tenant's audit; what is wrong is said in the log, as loud as it goes, and stays on the health page."""
    findings = check_chain()
    if findings:
        first = findings[0]
        log.critical(
            "the audit does not hold: run verify_audit",
            findings=len(findings),
            fault=first.fault.value,
            sequence=first.sequence,
            record=first.record,
            audited_tenant=current_tenant().slug,
        )


def write_every_head() -> int:
    """A head for every tenant that has a chain; what fails for one is logged and does not stop the others."""
    return _for_each(every_tenant(), write_head, "the audit's head could not be written")


@worker_shutdown.connect
def write_last_heads(**_: Any) -> None:
    """A worker that ends leaves a head of what it has sealed."""
    with in_public():
        write_every_head()


def _for_each(tenants: list[TenantCtx], act: Callable[[], object], failed: str) -> int:
    done = 0
    for tenant in tenants:
        try:
            with in_tenant(tenant):
                done += bool(act())
        except Exception:  # one tenant's trouble is not another's; it is logged, and tried again next time
            log.exception(failed, audited_tenant=tenant.slug)
    return done
