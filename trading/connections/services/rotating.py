"""Rotating the keys that seal, while everything goes on: nothing is unreadable at any moment, and any step may be the
last before a crash. Running again goes on where it ended.

Master: each tenant key is unwrapped by whichever master key wrapped it, and wrapped by the current one. Data: a fresh
tenant key comes into force, every secret is sealed anew under it, and the retired key is dropped once nothing needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import QuerySet

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError, SealBroken
from cryptouniverse.kernel.master_keys import master_keys
from trading.connections.custody import key_in_force, make_key, opened_key, require_opening, rewrapped
from trading.connections.models import SealedSecret, TenantKey
from trading.connections.sealing import DataKey, Place, Sealed, seal, unseal
from trading.connections.types import KeyPurpose, SecretField

BATCH = 50
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Resealed:
    """sealed: secrets that went under the key in force. broken: those that do not open, left as they are."""

    sealed: int
    broken: int


def rewrap_keys() -> int:
    """Wrap every key of the active tenant under the current master key; how many were under another one.

    Raises MasterKeyMissing for a key whose master key is not here: nothing of it is lost, and the others are done.
    """
    current, done = master_keys().current, 0
    missing: CryptoUniverseError | None = None
    for pk in TenantKey.objects.exclude(master_id=current).order_by("pk").values_list("pk", flat=True):
        try:
            done += _rewrap(pk, current)
        except CryptoUniverseError as error:
            missing = error
    if missing is not None:
        raise missing
    return done


def reseal_secrets(*, batch: int = BATCH) -> Resealed:
    """Seal every secret of the active tenant under a fresh key; a rotation that was interrupted is ended first, without
    another key. Only where opening is allowed.
    """
    require_opening()
    if not _under_retired().exists():
        _retire()
    sealed, passed = 0, 0
    broken: set[int] = set()
    while True:
        done, stuck = _reseal_some(after=passed, batch=batch)
        if not done and not stuck:
            break
        passed = max([*done, *stuck])
        sealed += len(done)
        broken.update(stuck)
    _drop_unneeded()
    return Resealed(sealed, len(broken))


@transaction.atomic
def _rewrap(pk: int, current: str) -> int:
    row = TenantKey.objects.select_for_update(no_key=True).filter(pk=pk).exclude(master_id=current).first()
    if row is None:
        return 0
    wrapped = rewrapped(row)
    row.master_id, row.wrapped = wrapped.master_id, wrapped.body
    row.save(update_fields=["master_id", "wrapped"])
    return 1


@transaction.atomic
def _retire() -> None:
    row, _key = key_in_force(KeyPurpose.SECRETS)
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    make_key(KeyPurpose.SECRETS)


def _under_retired() -> QuerySet[SealedSecret]:
    return SealedSecret.objects.filter(key__purpose=KeyPurpose.SECRETS, key__retired_at__isnull=False)


@transaction.atomic
def _reseal_some(*, after: int, batch: int) -> tuple[list[int], list[int]]:
    """The secrets sealed anew and those that do not open, by key. The key in force is locked first, as everywhere."""
    key_row, key = key_in_force(KeyPurpose.SECRETS)
    rows = _under_retired().filter(pk__gt=after).select_for_update(of=("self",)).select_related("key", "connection")
    done, stuck = [], []
    for row in rows.order_by("pk")[:batch]:
        try:
            _reseal(row, key_row, key)
            done.append(row.pk)
        except SealBroken:
            log.exception("a sealed secret does not open", connection=str(row.connection.public_id), field=row.field)
            stuck.append(row.pk)
    return done, stuck


def _reseal(row: SealedSecret, key_row: TenantKey, key: DataKey) -> None:
    place = Place(current_tenant().id, row.connection.public_id, SecretField(row.field), row.connection.secrets_version)
    secret = unseal(Sealed(bytes(row.nonce), bytes(row.ciphertext)), key=opened_key(row.key), place=place)
    sealed = seal(secret, key=key, place=place)
    row.key, row.nonce, row.ciphertext = key_row, sealed.nonce, sealed.ciphertext
    row.save(update_fields=["key", "nonce", "ciphertext"])


@transaction.atomic
def _drop_unneeded() -> None:
    key_in_force(KeyPurpose.SECRETS)
    retired = TenantKey.objects.filter(purpose=KeyPurpose.SECRETS, retired_at__isnull=False)
    retired.exclude(pk__in=_under_retired().values("key_id")).delete()
