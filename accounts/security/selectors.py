"""Reading how somebody can prove who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django_otp import devices_for_user

from accounts.security.errors import UnknownFactor, UnknownProvider
from accounts.security.models import Factor, FrontDoor, IdentityProvider, RecoveryCode
from accounts.security.types import Method

if TYPE_CHECKING:
    from accounts.users.models import User

ORDER = [Method.PASSKEY, Method.TOTP, Method.SMS, Method.MAIL]


def factors_for(user: User) -> list[Factor]:
    """The person's second factors, the strongest kind first."""
    found = [device for device in devices_for_user(user, confirmed=True) if isinstance(device, Factor)]
    return sorted(found, key=lambda factor: (ORDER.index(factor.method), factor.pk))


def access_factor(user: User, public_id: UUID) -> Factor:
    """One of the person's own second factors. Raises UnknownFactor for any other."""
    for factor in devices_for_user(user, confirmed=None):
        if isinstance(factor, Factor) and factor.public_id == public_id:
            return factor
    raise UnknownFactor


def second_methods_of(user: User) -> list[Method]:
    """The ways in which the person can show a second factor; none for people without one. Recovery codes come last."""
    methods = list(dict.fromkeys(factor.method for factor in factors_for(user)))
    if methods and recovery_codes_left(user):
        methods.append(Method.RECOVERY)
    return methods


def step_up_methods_of(user: User) -> list[Method]:
    """The ways in which the person confirms: a second factor; the password without one; a mailed code without both."""
    return second_methods_of(user) or [Method.PASSWORD if user.has_usable_password() else Method.MAIL]


def recovery_codes_left(user: User) -> int:
    """How many of the person's recovery codes still work."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def sign_up_is_open() -> bool:
    """Whether people may sign up in the active tenant by themselves."""
    return FrontDoor.objects.filter(sign_up_open=True).exists()


def identity_providers() -> QuerySet[IdentityProvider]:
    """The tenant's own OpenID Connect providers, also those that are switched off."""
    return IdentityProvider.objects.order_by("name", "pk")


def identity_provider(slug: str) -> IdentityProvider | None:
    """The active provider with this short name."""
    return IdentityProvider.objects.filter(slug=slug, is_active=True).first()


def access_identity_provider(public_id: UUID) -> IdentityProvider:
    """One of the tenant's providers. Raises UnknownProvider."""
    row = IdentityProvider.objects.filter(public_id=public_id).first()
    if row is None:
        raise UnknownProvider
    return row
