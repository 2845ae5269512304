"""Reads of API keys. `access_*` fetches and authorises."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from accounts.apikeys.errors import OnlyByKey, UnknownKey
from accounts.apikeys.models import ApiKey
from accounts.apikeys.types import NOTICE_MAX
from accounts.users.permissions import MATRIX
from accounts.users.types import Role
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.credentials import Credential, CredentialKind

if TYPE_CHECKING:
    from accounts.users.models import User

LOOKS_AFTER_PROGRAMS = "users:write"


def keys_for(person: User) -> QuerySet[ApiKey]:
    """The person's own keys, newest first; for who looks after people those of programs (role API) as well."""
    whose = Q(user=person)
    if person.may(LOOKS_AFTER_PROGRAMS):
        whose |= Q(user__role=Role.API)
    return ApiKey.objects.filter(whose).select_related("user").order_by("-pk")


def access_key(person: User, public_id: UUID | str) -> ApiKey:
    """One of `keys_for(person)`. Raises UnknownKey."""
    found = keys_for(person).filter(public_id=public_id).first()
    if found is None:
        raise UnknownKey(key=str(public_id))
    return found


def access_owner(person: User, public_id: UUID | None) -> User:
    """Whom `person` may make a key for: themselves (None), or a program that they look after. Raises UnknownKey."""
    if public_id is None or public_id == person.public_id:
        return person
    programs = get_user_model().objects.filter(role=Role.API, is_active=True)
    found = programs.filter(public_id=public_id).first() if person.may(LOOKS_AFTER_PROGRAMS) else None
    if found is None:
        raise UnknownKey(owner=str(public_id))
    return found


def programs_for(person: User) -> list[User]:
    """The programs that `person` may make keys for."""
    if not person.may(LOOKS_AFTER_PROGRAMS):
        return []
    return list(get_user_model().objects.filter(role=Role.API, is_active=True).order_by("email"))


def scopes_open_to(owner: User) -> list[str]:
    """The scopes that a key of `owner` can have: what their role may, and no more."""
    return sorted(MATRIX[Role(owner.role)])


def key_of_caller(credential: object) -> ApiKey:
    """The key that a program came by. Raises OnlyByKey for whoever came otherwise."""
    if not isinstance(credential, Credential) or credential.kind is not CredentialKind.KEY:
        raise OnlyByKey
    return ApiKey.objects.select_related("user").get(public_id=credential.id)


def untold_keys() -> list[ApiKey]:
    """Keys that expire within `NOTICE_MAX`, that none has replaced, and whose owners do not know."""
    now = clock.now()
    near = ApiKey.objects.filter(expires_at__gt=now, expires_at__lte=now + NOTICE_MAX, told_at=None, revoked_at=None)
    return list(near.filter(replaced_by=None, user__is_active=True).select_related("user"))


def addresses_told(owner: User) -> list[str]:
    """Where letters about a key go: to its owner; for a program's, which reads no mail, to who looks after programs."""
    if owner.role != Role.API:
        return [owner.email]
    roles = [role for role in Role if LOOKS_AFTER_PROGRAMS in MATRIX[role]]
    people = get_user_model().objects.filter(role__in=roles, is_active=True).order_by("pk")
    return list(people.values_list("email", flat=True))


def living_keys_of(owner: User) -> QuerySet[ApiKey]:
    """The owner's keys that work now."""
    unexpired = Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now())
    return ApiKey.objects.filter(unexpired, user=owner, revoked_at__isnull=True)
