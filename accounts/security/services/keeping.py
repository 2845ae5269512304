"""Secrets that must be read again (an app's key, a provider's secret): closed under the master key, bound to place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.security.models import IdentityProvider, TotpFactor
from cryptouniverse.kernel.master_keys import master_keys
from cryptouniverse.kernel.sealing import Wrapped
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.vault import close_secret, open_secret

if TYPE_CHECKING:
    from accounts.users.models import User

Place = tuple[str, ...]


def keep_key(*, user: User, key: Secret) -> dict[str, object]:
    """The columns of an app's row."""
    return _columns("sealed_key", close_secret(key, place=_of_app(user.pk)))


def kept_key(row: TotpFactor) -> Secret:
    """The key of an app. Raises SealBroken."""
    return open_secret(Wrapped(row.master_id, bytes(row.sealed_key)), place=_of_app(row.user_id))


def keep_client_secret(*, slug: str, secret: Secret) -> dict[str, object]:
    """The columns of a provider's row."""
    return _columns("sealed_secret", close_secret(secret, place=_of_provider(slug)))


def kept_client_secret(row: IdentityProvider) -> Secret:
    """The client secret of a provider. Raises SealBroken."""
    return open_secret(Wrapped(row.master_id, bytes(row.sealed_secret)), place=_of_provider(row.slug))


@transaction.atomic
def rewrap() -> int:
    """Wrap what is not under the current master key anew; how many there were. Called when it is rotated."""
    current, count = master_keys().current, 0
    for app in TotpFactor.objects.exclude(master_id=current).select_for_update():
        count += TotpFactor.objects.filter(pk=app.pk).update(**keep_key(user=app.user, key=kept_key(app)))
    for provider in IdentityProvider.objects.exclude(master_id=current).select_for_update():
        columns = keep_client_secret(slug=provider.slug, secret=kept_client_secret(provider))
        count += IdentityProvider.objects.filter(pk=provider.pk).update(**columns)
    return count


def _columns(name: str, wrapped: Wrapped) -> dict[str, object]:
    return {name: wrapped.body, "master_id": wrapped.master_id}


def _of_app(user_pk: int) -> Place:
    return ("accounts.security", f"user:{user_pk}", "totp", "1")


def _of_provider(slug: str) -> Place:
    return ("accounts.security", f"provider:{slug}", "client_secret", "1")
