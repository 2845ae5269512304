"""Changing a tenant's region rules. Nobody can shut themselves out. The only writer of this domain's tables."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from tenants.audit.types import Actor
from tenants.regions.countries import countries_known, country_of
from tenants.regions.errors import BadRule, NoCountries, RuleExists, ShutsYouOut, TooManyRules
from tenants.regions.models import RegionPolicy, RegionRule
from tenants.regions.selectors import forget_rules, otherwise_of, region_rules, rules_in_force
from tenants.regions.types import NOTE_MAX, RULES_MAX, RuleKind, Verdict, tidy


@transaction.atomic
def add_rule(
    *, actor: Actor, address: str | None, kind: RuleKind, value: str, verdict: Verdict, note: str = ""
) -> RegionRule:
    """Let a country or network in, or keep it out, from the next few seconds on.

    address: of who asks. Raises BadRule, NoCountries, RuleExists, TooManyRules, ShutsYouOut.
    """
    tenant = current_tenant()
    if kind is RuleKind.COUNTRY and not countries_known():
        raise NoCountries
    if region_rules().count() >= RULES_MAX:
        raise TooManyRules(most=RULES_MAX)
    named = _tidied(kind, value)
    try:
        with transaction.atomic():
            row = RegionRule.objects.create(
                tenant_id=tenant.id, kind=kind.value, value=named, verdict=verdict.value, note=note.strip()[:NOTE_MAX]
            )
    except IntegrityError:
        raise RuleExists(value=named) from None
    _still_in(address)
    record(actor=actor, action="region.rule_added", object=row, after=_told(row))
    return row


@transaction.atomic
def delete_rule(*, rule: RegionRule, actor: Actor, address: str | None) -> None:
    """Take a rule away. Raises ShutsYouOut."""
    named, before = ("tenants_regions.regionrule", rule.public_id), _told(rule)
    rule.delete()
    _still_in(address)
    record(actor=actor, action="region.rule_deleted", object=named, before=before)


@transaction.atomic
def set_otherwise(*, actor: Actor, address: str | None, otherwise: Verdict) -> None:
    """Say what becomes of everybody whom no rule names. Raises ShutsYouOut."""
    tenant = current_tenant()
    before = otherwise_of(tenant)
    RegionPolicy.objects.update_or_create(tenant_id=str(tenant.id), defaults={"otherwise": otherwise.value})
    _still_in(address)
    record(
        actor=actor,
        action="region.policy_changed",
        object=("tenant", tenant.id),
        before={"otherwise": before},
        after={"otherwise": otherwise.value},
    )


def _still_in(address: str | None) -> None:
    transaction.on_commit(forget_rules)
    verdict, _decider = rules_in_force(current_tenant()).decide(address=address, country=country_of(address))
    if verdict is Verdict.DENY:
        raise ShutsYouOut(address=address or "")


def _tidied(kind: RuleKind, value: str) -> str:
    try:
        return tidy(kind, value)
    except ValueError:
        pass
    if kind is RuleKind.COUNTRY:
        raise BadRule(_("%(value)s is no country: write its two letters, such as DE."), value=value.strip()[:60])
    said = _("%(value)s is no network: write 203.0.113.7 or 203.0.113.0/24.")
    raise BadRule(said, value=value.strip()[:60])


def _told(row: RegionRule) -> dict[str, str]:
    return {"kind": row.kind, "value": row.value, "verdict": row.verdict, "note": row.note}
