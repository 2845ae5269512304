"""Short secrets that a tenant's workers must open themselves: each closed under the master key, bound to its place.

For what is used without a person beside it, such as what signs a webhook. Exchange keys are not kept so: they open in
one process alone (`trading.connections`). Domains keep the result in their own rows and say how those are wrapped anew
(`on_rewrap`), so that a rotation of the master key reaches them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import SealBroken
from cryptouniverse.kernel.master_keys import master_keys
from cryptouniverse.kernel.sealing import Wrapped, bound
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from django.db.models import QuerySet

Rewrap = Callable[[], int]
_rewraps: list[Rewrap] = []


def close_secret(secret: Secret, *, place: tuple[str, ...]) -> Wrapped:
    """`secret` closed for `place` (domain, object, field, version) of the active tenant.

    Raises MasterKeyMissing, NoTenant.
    """
    return master_keys().wrap(secret.reveal().encode(), context=_context(place))


def open_secret(wrapped: Wrapped, *, place: tuple[str, ...]) -> Secret:
    """What was closed for exactly this place and tenant. Raises MasterKeyMissing or SealBroken."""
    try:
        return Secret(master_keys().unwrap(wrapped, context=_context(place)).decode())
    except ValueError:
        raise SealBroken from None


def on_rewrap(rewrap: Rewrap) -> None:
    """Have `rewrap` called when the master key is rotated: inside each tenant, it wraps its domain's rows that are not
    under the current master key anew, and says how many. Said once, when the app is ready.
    """
    if rewrap not in _rewraps:
        _rewraps.append(rewrap)


def rewrap_secrets() -> int:
    """Wrap all such secrets of the active tenant under the current master key; how many were under another one.

    Raises MasterKeyMissing for one whose master key is not here.
    """
    return sum(rewrap() for rewrap in _rewraps)


def rewrap_rows(rows: QuerySet[Any], opened: Callable[[Any], tuple[Secret, tuple[str, ...]]]) -> int:
    """Close the secrets of `rows` (master_id, wrapped) under the current master key; how many were under another one.

    opened: a row's secret and its place. Each row is done in a transaction of its own, locked and looked at again.
    """
    current, done = master_keys().current, 0
    for pk in rows.exclude(master_id=current).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",)).filter(pk=pk).exclude(master_id=current).first()
            if row is None:
                continue
            secret, place = opened(row)
            closed = close_secret(secret, place=place)
            row.master_id, row.wrapped = closed.master_id, closed.body
            row.save(update_fields=["master_id", "wrapped"])
            done += 1
    return done


def _context(place: tuple[str, ...]) -> bytes:
    return bound("cu-vault-1", str(current_tenant().id), *place)
