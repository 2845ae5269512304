"""Asking a tenant's region rules. They are remembered for 5 s a process, as hosts are."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.memory import Memory
from tenants.regions.countries import country_of
from tenants.regions.errors import KeptOut, UnknownRule
from tenants.regions.models import RegionPolicy, RegionRule
from tenants.regions.types import Rules, Verdict, rules_of

_remembered: Memory[UUID, Rules] = Memory()


def admit(*, tenant: TenantCtx, address: str | None) -> None:
    """Let who comes from `address` in. Raises KeptOut where the tenant's rules say so."""
    rules = _rules_for(tenant)
    if rules.let_everybody_in:
        return
    country = country_of(address)
    verdict, _decider = rules.decide(address=address, country=country)
    if verdict is Verdict.DENY:
        raise KeptOut(address=address or "", country=country)


def rules_in_force(tenant: TenantCtx) -> Rules:
    """The tenant's rules as they stand in the tables."""
    rows = RegionRule.objects.filter(tenant_id=str(tenant.id)).values_list("kind", "value", "verdict")
    return rules_of(rows, otherwise=otherwise_of(tenant))


def otherwise_of(tenant: TenantCtx) -> str:
    """What becomes of whom no rule names."""
    policy = RegionPolicy.objects.filter(tenant_id=str(tenant.id)).first()
    return policy.otherwise if policy else Verdict.ALLOW.value


def region_rules() -> QuerySet[RegionRule]:
    """The active tenant's rules, newest first."""
    return RegionRule.objects.filter(tenant_id=str(current_tenant().id)).order_by("-pk")


def access_rule(public_id: UUID | str) -> RegionRule:
    """One of the active tenant's rules. Raises UnknownRule."""
    found = region_rules().filter(public_id=public_id).first()
    if found is None:
        raise UnknownRule(rule=str(public_id))
    return found


def forget_rules(**_: object) -> None:
    """Read the rules anew; called whenever they change."""
    _remembered.forget()


def _rules_for(tenant: TenantCtx) -> Rules:
    return _remembered.get(tenant.id, lambda: rules_in_force(tenant))
