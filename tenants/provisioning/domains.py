"""A tenant's own domains: asked for, proven by a DNS record, proven again each day, given up.

A tenant's row is locked before its domains are changed, so that it always has one primary domain.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from tenants.audit import services as audit
from tenants.audit.types import Actor
from tenants.provisioning.domain_states import (
    CHECK_PAUSE_S,
    CUSTOM_MAX,
    HELD_FOR,
    LISTED,
    MISSES_MAX,
    OWNED,
    PROOF_KEPT,
    PROVEN_EVERY,
    DomainState,
    Proof,
)
from tenants.provisioning.errors import (
    CheckedJustNow,
    DomainIsGiven,
    DomainNotVerified,
    DomainTaken,
    TooManyDomains,
    UnknownDomain,
)
from tenants.provisioning.hostnames import normalised
from tenants.provisioning.models import Domain, Tenant
from tenants.provisioning.proving import Lookup, proof_of, txt_records
from tenants.provisioning.selectors import domain_of, forget_hosts

log = logging.getLogger(__name__)


@transaction.atomic
def add_domain(*, tenant: TenantCtx, name: str, actor: Actor) -> Domain:
    """Ask for a domain: from now on it waits for its record. Again is harmless, and keeps the token.

    Raises BadDomain, DomainTaken (another tenant has it, or gave it up less than 30 days ago) or TooManyDomains.
    """
    domain = normalised(name, base_domain=settings.CU.cu_base_domain)
    with in_public():
        owner = _locked(tenant)
        if Domain.objects.filter(domain=domain, state__in=OWNED).exclude(tenant=owner).exists():
            raise DomainTaken(domain=domain)
        row: Domain | None = Domain.objects.filter(tenant=owner, domain=domain).first()
        if row and row.state in LISTED:
            return row
        if Domain.objects.filter(tenant=owner, state__in=LISTED).exclude(token="").count() >= CUSTOM_MAX:
            raise TooManyDomains(most=CUSTOM_MAX)
        facts = {"state": DomainState.PENDING, "token": secrets.token_urlsafe(24), "since": clock.now()}
        facts |= {"proven_at": None, "checked_at": None, "misses": 0, "is_primary": False}
        if row:
            Domain.objects.filter(pk=row.pk).update(**facts)
        else:
            Domain.objects.bulk_create([Domain(tenant=owner, domain=domain, **facts)])
        made: Domain = Domain.objects.get(tenant=owner, domain=domain)
    _recorded(actor, "domain.added", made, after={"state": made.state})
    return made


def check_domain(*, tenant: TenantCtx, name: str, actor: Actor, lookup: Lookup = txt_records) -> Domain:
    """Look the record up now, outside of any transaction. Raises UnknownDomain, CheckedJustNow or DomainTaken."""
    row = domain_of(tenant, name)
    if row.is_given:
        raise DomainIsGiven(domain=row.domain)
    with in_public():
        ago = clock.now() - timedelta(seconds=CHECK_PAUSE_S)
        free = Domain.objects.filter(Q(checked_at=None) | Q(checked_at__lt=ago), pk=row.pk)
        if not free.update(checked_at=clock.now()):
            raise CheckedJustNow(retry_after_s=CHECK_PAUSE_S)
    proof = proof_of(domain=row.domain, token=row.token, lookup=lookup)
    return _learnt(tenant, row, proof, actor)


@transaction.atomic
def make_primary(*, tenant: TenantCtx, name: str, actor: Actor) -> Domain:
    """Links in mails and answers name this domain from now on. Raises UnknownDomain or DomainNotVerified."""
    with in_public():
        owner = _locked(tenant)
        row = domain_of(tenant, name)
        if row.state != DomainState.VERIFIED:
            raise DomainNotVerified(domain=row.domain)
        before = Domain.objects.filter(tenant=owner, is_primary=True).values_list("domain", flat=True).first()
        Domain.objects.filter(tenant=owner).exclude(pk=row.pk).update(is_primary=False)
        Domain.objects.filter(pk=row.pk).update(is_primary=True)
    _recorded(actor, "domain.made_primary", row, before={"primary": before}, after={"primary": row.domain})
    return domain_of(tenant, name)


@transaction.atomic
def remove_domain(*, tenant: TenantCtx, name: str, actor: Actor) -> None:
    """Give a domain up: it is served no more at once. One that was proven is held for 30 days.

    Raises UnknownDomain, or DomainIsGiven for the host that the tenant was made with.
    """
    with in_public():
        owner = _locked(tenant)
        row = domain_of(tenant, name)
        if row.is_given:
            raise DomainIsGiven(domain=row.domain)
        after = DomainState.REMOVED if row.state == DomainState.PENDING else DomainState.HELD
        Domain.objects.filter(pk=row.pk).update(state=after, is_primary=False, since=clock.now())
        if row.is_primary:
            _fall_back(owner)
    _recorded(actor, "domain.removed", row, before={"state": row.state}, after={"state": after.value})


def prove_again(*, lookup: Lookup = txt_records) -> int:
    """Look up every proven or failing domain that was not looked up for a day; how many. Nobody's failure stops it."""
    with in_public():
        due = Q(checked_at=None) | Q(checked_at__lte=clock.now() - PROVEN_EVERY)
        rows = list(
            Domain.objects.filter(due, state__in=(DomainState.VERIFIED, DomainState.FAILING))
            .exclude(token="")
            .select_related("tenant")
            .order_by("checked_at")
        )
        Domain.objects.filter(pk__in=[row.pk for row in rows]).update(checked_at=clock.now())
    for row in rows:
        tenant = row.tenant.as_ctx()
        with in_tenant(tenant):
            _learnt(tenant, row, proof_of(domain=row.domain, token=row.token, lookup=lookup), None)
    return len(rows)


def release_held() -> int:
    """Free the names that were given up, or failed, 30 days ago; how many."""
    with in_public(), transaction.atomic():
        old = Domain.objects.filter(
            state__in=(DomainState.HELD, DomainState.FAILING), since__lte=clock.now() - HELD_FOR
        )
        freed: int = old.update(state=DomainState.REMOVED, since=clock.now(), is_primary=False)
    return freed


@transaction.atomic
def _learnt(tenant: TenantCtx, seen: Domain, proof: Proof, actor: Actor | None) -> Domain:
    """What a lookup changes. It counts only if the row still is as it was when the lookup began."""
    with in_public():
        owner = _locked(tenant)
        row: Domain | None = Domain.objects.filter(pk=seen.pk, token=seen.token, state__in=LISTED).first()
        if row is None:
            raise UnknownDomain(domain=seen.domain)
        facts = _after(row, proof)
        try:
            with transaction.atomic():
                Domain.objects.filter(pk=row.pk).update(**facts)
        except IntegrityError:  # another tenant proved it first
            raise DomainTaken(domain=row.domain) from None
        if row.is_primary and facts.get("state") == DomainState.FAILING:
            _fall_back(owner, beside=row.pk)
    changed = facts.get("state", row.state) != row.state
    if changed or actor is not None:
        action = "domain.checked" if actor else "domain.proven_again"
        after = {"state": facts.get("state", row.state), "proof": proof.value}
        _recorded(actor, action, row, before={"state": row.state}, after=after)
    if changed and actor is None:
        log.warning("domain_state_changed", extra={"domain": row.domain, "state": facts["state"]})
    row.refresh_from_db()
    return row


def _after(row: Domain, proof: Proof) -> dict[str, Any]:
    now = clock.now()
    if proof == Proof.THERE:
        since = {} if row.state == DomainState.VERIFIED else {"since": now, "state": DomainState.VERIFIED}
        return {"proven_at": now, "misses": 0, **since}
    if row.state != DomainState.VERIFIED:
        return {"misses": 0}
    misses = row.misses + (proof == Proof.MISSING)
    stale = row.proven_at is None or now - row.proven_at > PROOF_KEPT
    if misses >= MISSES_MAX or stale:
        return {"misses": misses, "state": DomainState.FAILING, "since": now}
    return {"misses": misses}


def _fall_back(owner: Tenant, *, beside: int | None = None) -> None:
    """The given host becomes the primary one again; a domain that fails is not asked to stand for the tenant."""
    Domain.objects.filter(tenant=owner).update(is_primary=False)
    given = Domain.objects.filter(tenant=owner, state=DomainState.VERIFIED).exclude(pk=beside).order_by("token", "pk")
    if first := given.first():
        Domain.objects.filter(pk=first.pk).update(is_primary=True)


def _locked(tenant: TenantCtx) -> Tenant:
    transaction.on_commit(forget_hosts)
    found: Tenant = Tenant.objects.select_for_update().get(public_id=tenant.id)
    return found


def _recorded(actor: Actor | None, action: str, row: Domain, **facts: Any) -> None:
    forget_hosts()
    audit.record(actor=actor, action=action, object=("domain", row.domain), **facts)
