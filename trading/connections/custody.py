"""The tenant's own keys, and the switch without which nothing opens.

Sealing needs a data key for a moment, in any process. Opening is for the one process that sends orders: its command
calls `allow_opening` once; web and workers never do, and there `open_credentials` raises.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.master_keys import master_keys
from cryptouniverse.kernel.sealing import Wrapped
from trading.connections.errors import SecretsStayClosed
from trading.connections.models import TenantKey
from trading.connections.sealing import DataKey, bound
from trading.connections.types import KeyPurpose

_opens = False
_TRIES = 3


def allow_opening() -> None:
    """From now on this process opens secrets, and leaves no core file behind. Called by the trader's command."""
    global _opens  # it is a fact about the process
    _no_core_file()
    _opens = True


@contextmanager
def opening() -> Iterator[None]:
    """Inside, this process opens secrets: for commands of operators, which end."""
    global _opens  # see above
    before = _opens
    allow_opening()
    try:
        yield
    finally:
        _opens = before


def require_opening() -> None:
    """Raises SecretsStayClosed where nobody has allowed it."""
    if not _opens:
        raise SecretsStayClosed


def key_in_force(purpose: KeyPurpose) -> tuple[TenantKey, DataKey]:
    """The active tenant's key that seals now, made at its first use. Locks its row until the transaction ends, so that
    a rotation sees all that was sealed under it.
    """
    for _attempt in range(_TRIES):
        row = TenantKey.objects.select_for_update(no_key=True).filter(purpose=purpose, retired_at=None).first()
        if row is not None:
            return row, opened_key(row)
        try:
            with transaction.atomic():
                make_key(purpose)
        except IntegrityError:
            continue  # somebody else was first, or a rotation was
    raise IntegrityError(f"no key for {purpose} came into force")


def make_key(purpose: KeyPurpose) -> TenantKey:
    """A fresh key of the active tenant, in force. The caller has retired the one before."""
    key_id = new_id()
    wrapped = master_keys().wrap(DataKey.fresh().raw(), context=_context(key_id, purpose))
    return TenantKey.objects.create(
        public_id=key_id, purpose=purpose, master_id=wrapped.master_id, wrapped=wrapped.body, created_at=clock.now()
    )


def opened_key(row: TenantKey) -> DataKey:
    """The key in the clear. Raises MasterKeyMissing, or SealBroken for a row of another tenant."""
    wrapped = Wrapped(row.master_id, bytes(row.wrapped))
    return DataKey.of(master_keys().unwrap(wrapped, context=_context(row.public_id, KeyPurpose(row.purpose))))


def rewrapped(row: TenantKey) -> Wrapped:
    """The same key under the master key that is current now."""
    return master_keys().wrap(opened_key(row).raw(), context=_context(row.public_id, KeyPurpose(row.purpose)))


def _context(key_id: object, purpose: KeyPurpose) -> bytes:
    return bound("cu-tenant-key-1", str(current_tenant().id), str(key_id), purpose.value)


def _no_core_file() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
