"""The workers' side of rule sets: what they asked for long ago is forgotten."""

from __future__ import annotations

from cryptouniverse.kernel.tasks import public_task
from strategies.builder.services import forget_rule_signals
from tenants.provisioning.selectors import in_each_tenant


@public_task(queue="default")
def sweep_old_rule_signals() -> None:
    """Once a day, in every tenant."""
    in_each_tenant(forget_rule_signals)
