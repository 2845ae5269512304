"""Making, replacing and ending API keys, and letting them in. The only writer of this domain's table."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from accounts.apikeys.errors import (
    AddressRefused,
    BadKey,
    KeyEnded,
    KeyRefused,
    NotDueYet,
    NotOnSchedule,
    ScopeTooWide,
    TooManyKeys,
)
from accounts.apikeys.models import ApiKey
from accounts.apikeys.selectors import addresses_told, living_keys_of, scopes_open_to, untold_keys
from accounts.apikeys.types import (
    LIVING_MAX,
    NAME_MAX,
    NETWORKS_MAX,
    OVERLAP_HOURS_MAX,
    ROTATE_DAYS_MAX,
    ROTATE_DAYS_MIN,
    SEEN_EVERY,
    SELF_OVERLAP,
    fresh_key,
    lies_in,
    parse_key,
    parse_networks,
)
from accounts.security.services import letters
from accounts.users.services import take_turns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.credentials import Credential, CredentialKind
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User

_NO_DIGEST: Final = "0" * 64


@transaction.atomic
def create_key(
    *,
    owner: User,
    actor: User,
    name: str,
    scopes: Collection[str],
    networks: Collection[str] = (),
    expires_at: datetime | None = None,
    rotate_every_days: int | None = None,
) -> tuple[ApiKey, Secret]:
    """A new key and its text, which is shown now and can never be read again.

    rotate_every_days puts it on a schedule: it expires after so many days, and may replace itself shortly before
    (`renew_key`); the key that takes its place is on the same schedule.

    Raises ScopeTooWide for a scope that the owner's role does not have, BadKey for settings that mean nothing,
    TooManyKeys.
    """
    take_turns(owner)
    if living_keys_of(owner).count() >= LIVING_MAX:
        raise TooManyKeys(most=LIVING_MAX)
    facts = {
        "name": _named(name),
        "scopes": _within_role(owner, scopes),
        "networks": _networks(networks),
        **_ending(_later(expires_at), rotate_every_days),
    }
    row, text = _made(owner, facts)
    record(actor=actor, action="apikey.created", object=row, after=_told(row))
    return row, text


@transaction.atomic
def rename_key(*, key: ApiKey, actor: User, name: str) -> ApiKey:
    """Call it something else. Raises BadKey."""
    before, key.name = key.name, _named(name)
    key.save(update_fields=["name"])
    record(actor=actor, action="apikey.renamed", object=key, before={"name": before}, after={"name": key.name})
    return key


@transaction.atomic
def rotate_key(*, key: ApiKey, actor: User, overlap_hours: int = 0) -> tuple[ApiKey, Secret]:
    """A new key in its place, with the same name, addresses and scopes, as far as the owner still has them.

    The old one works `overlap_hours` longer, 0 = not at all, and never longer than it would have. The new one lasts as
    long as the old one was made for, and has its schedule. Raises KeyEnded, BadKey, ScopeTooWide.
    """
    if not 0 <= overlap_hours <= OVERLAP_HOURS_MAX:
        raise BadKey(_("The old key works for 0 to %(most)s hours more."), most=OVERLAP_HOURS_MAX)
    old = _living(key)
    if old.replaced_by_id:
        raise KeyEnded
    return _replaced(old, actor=actor, overlap=timedelta(hours=overlap_hours))


@transaction.atomic
def renew_key(*, key: ApiKey) -> tuple[ApiKey, Secret]:
    """A key on schedule gets the next one, for itself; its owner is told. It works a day longer, if it would have.

    Where the answer was lost it may ask again: as long as nobody has used the new key, that one ends and there is
    another. Never so where a person replaced it: they may have done so because it was stolen. Raises KeyEnded,
    NotOnSchedule, NotDueYet, ScopeTooWide.
    """
    old = _living(key)
    if old.rotate_every_days is None:
        raise NotOnSchedule
    if old.replaced_itself:
        _take_back(old)
    elif old.replaced_by_id:
        raise KeyEnded
    elif old.due_from is not None and clock.now() < old.due_from:
        raise NotDueYet(due_from=old.due_from.isoformat())
    old.replaced_itself = True
    new, text = _replaced(old, actor=old.user, overlap=SELF_OVERLAP)
    for address in addresses_told(old.user):
        letters.write(kind="key_renewed", address=address, name=new.name, key=new.shown)
    return new, text


@transaction.atomic
def tell_of_ends() -> int:
    """Write to the owners of keys whose end is near and that nothing has replaced, once for each; how many."""
    told = [key for key in untold_keys() if key.due_from is not None and key.due_from <= clock.now()]
    for key in told:
        on = key.expires_at.strftime("%Y-%m-%d %H:%M UTC") if key.expires_at else ""
        kind = "key_due" if key.rotate_every_days else "key_expires"
        for address in addresses_told(key.user):
            letters.write(kind=kind, address=address, name=key.name, key=key.shown, on=on)
    ApiKey.objects.filter(pk__in=[key.pk for key in told]).update(told_at=clock.now())
    return len(told)


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: User) -> ApiKey:
    """End it: the next call with it is refused. Again is harmless."""
    now = clock.now()
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        record(actor=actor, action="apikey.revoked", object=key, before={"name": key.name}, after={"revoked_at": now})
    key.refresh_from_db(fields=["revoked_at"])
    return key


def caller_by_key(*, text: str, address: str | None) -> tuple[User, Credential]:
    """The owner of the key in `text` and what it may do, with one query; once a minute its use is written down.

    Raises KeyRefused, the same whatever is wrong with it, or AddressRefused for a good key at a wrong address.
    """
    tenant, given, now = current_tenant(), parse_key(text), clock.now()
    if given is None or not given.belongs_to(tenant.id):
        raise KeyRefused
    key = ApiKey.objects.select_related("user").filter(prefix=given.prefix).first()
    same = hmac.compare_digest(given.digest(tenant.id), key.digest if key else _NO_DIGEST)
    if key is None or not same or not key.works_at(now) or not key.user.is_active:
        raise KeyRefused
    if not lies_in(address, key.networks):
        raise AddressRefused(address=address or "")
    _see(key, address=address, now=now)
    scopes = frozenset(key.scopes)
    return key.user, Credential(kind=CredentialKind.KEY, id=key.public_id, tenant_id=tenant.id, scopes=scopes)


def _see(key: ApiKey, *, address: str | None, now: datetime) -> None:
    if key.last_used_at is not None and key.last_used_at > now - SEEN_EVERY:
        return
    due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - SEEN_EVERY)
    ApiKey.objects.filter(due, pk=key.pk).update(last_used_at=now, last_used_address=address)


def _replaced(old: ApiKey, *, actor: User, overlap: timedelta) -> tuple[ApiKey, Secret]:
    now, until = clock.now(), clock.now() + overlap
    kept = sorted(set(old.scopes) & set(scopes_open_to(old.user)))
    lasts = old.expires_at - old.created_at if old.expires_at else None
    facts = {"name": old.name, "scopes": _within_role(old.user, kept), "networks": old.networks}
    lasts_as_long = now + lasts if lasts and not old.rotate_every_days else None
    new, text = _made(old.user, {**facts, **_ending(lasts_as_long, old.rotate_every_days)})
    old.expires_at, old.replaced_by = min(old.expires_at or until, until), new
    old.save(update_fields=["expires_at", "replaced_by", "replaced_itself"])
    record(actor=actor, action="apikey.rotated", object=old, after={**_told(new), "old_works_until": old.expires_at})
    return new, text


def _take_back(old: ApiKey) -> None:
    """End the key in the place of `old`, which nobody has used. Raises KeyEnded if somebody has."""
    unused = ApiKey.objects.filter(replaces=old, last_used_at=None, revoked_at=None)
    if not unused.update(revoked_at=clock.now()):
        raise KeyEnded


def _ending(expires_at: datetime | None, rotate_every_days: int | None) -> dict[str, Any]:
    if rotate_every_days is None:
        return {"expires_at": expires_at, "rotate_every_days": None}
    if expires_at is not None:
        raise BadKey(_("A key on schedule expires when its time has come: give the days or the date, not both."))
    if not ROTATE_DAYS_MIN <= rotate_every_days <= ROTATE_DAYS_MAX:
        said = _("A key is replaced every %(least)s to %(most)s days.")
        raise BadKey(said, least=ROTATE_DAYS_MIN, most=ROTATE_DAYS_MAX)
    return {"expires_at": clock.now() + timedelta(days=rotate_every_days), "rotate_every_days": rotate_every_days}


def _made(owner: User, facts: dict[str, Any]) -> tuple[ApiKey, Secret]:
    tenant = current_tenant()
    fresh = fresh_key(tenant.id)
    row = ApiKey.objects.create(user=owner, prefix=fresh.prefix, digest=fresh.digest(tenant.id), **facts)
    return row, Secret(fresh.text)


def _living(key: ApiKey) -> ApiKey:
    row = ApiKey.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=key.pk)
    if not row.works_at(clock.now()):
        raise KeyEnded
    return row


def _named(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_MAX:
        raise BadKey(_("A name has 1 to %(most)s characters."), most=NAME_MAX)
    return name


def _within_role(owner: User, scopes: Collection[str]) -> list[str]:
    asked, most = set(scopes), set(scopes_open_to(owner))
    if not asked:
        raise BadKey(_("Choose at least one thing that the key may do."))
    if too_wide := sorted(asked - most):
        raise ScopeTooWide(scopes=too_wide)
    return sorted(asked)


def _networks(lines: Collection[str]) -> list[str]:
    if len(lines) > NETWORKS_MAX:
        raise BadKey(_("A key's list has at most %(most)s addresses."), most=NETWORKS_MAX)
    try:
        return parse_networks(list(lines))
    except ValueError as error:
        said = _("%(line)s is no address and no network: write 203.0.113.7 or 203.0.113.0/24.")
        raise BadKey(said, line=str(error)) from None


def _later(moment: datetime | None) -> datetime | None:
    if moment is not None and moment <= clock.now():
        raise BadKey(_("A key expires in the future."))
    return moment


def _told(row: ApiKey) -> dict[str, Any]:
    return {
        "name": row.name,
        "prefix": row.shown,
        "scopes": row.scopes,
        "networks": row.networks,
        "expires_at": row.expires_at,
        "rotate_every_days": row.rotate_every_days,
        "owner": row.user.public_id,
    }
