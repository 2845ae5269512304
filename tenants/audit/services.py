"""Writing the audit. Call it in the transaction that makes the change: both stand, or neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import models

from cryptouniverse.kernel.context import correlation_id, current_tenant
from tenants.audit.models import AuditRecord
from tenants.audit.types import Actor, ActorKind

Facts = Mapping[str, Any]
HIDDEN: Final = "[hidden]"
_SECRET_WORDS: Final = (
    "password",
    "secret",
    "token",
    "api_key",
    "passphrase",
    "private_key",
    "cookie",
    "authorization",
)
_address: ContextVar[str | None] = ContextVar("audit_address", default=None)


@contextmanager
def acting_from(address: str | None) -> Iterator[None]:
    """Inside, what is recorded says it came from this IP address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def record(
    *,
    actor: Actor | None,
    action: str,
    object: models.Model | tuple[str, object],
    before: Facts | None = None,
    after: Facts | None = None,
) -> AuditRecord:
    """Add one record to the active tenant's audit. Raises NoTenant without one.

    actor: the person, or None for the product itself. action: "portfolio.stopped". object: a model with a public id,
    or ("kind", id). before, after: what changed, JSON-like; values under names that speak of secrets are not kept.
    """
    current_tenant()
    object_type, object_id = _named(object)
    return AuditRecord.objects.create(
        actor=actor.public_id if actor else None,
        actor_kind=_kind_of(actor),
        action=action,
        object_type=object_type,
        object_id=object_id,
        before=_without_secrets(before),
        after=_without_secrets(after),
        correlation_id=correlation_id(),
        address=_address.get(),
    )


def _kind_of(actor: Actor | None) -> ActorKind:
    if actor is None:
        return ActorKind.SYSTEM
    return ActorKind.OPERATOR if actor.is_staff else ActorKind.USER


def _named(subject: models.Model | tuple[str, object]) -> tuple[str, str]:
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    return subject._meta.label_lower, str(getattr(subject, "public_id", subject.pk))


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN if _is_secret(str(name)) else _without_secrets(inner) for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_without_secrets(inner) for inner in value]
    return value


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)
