"""Reads of signal feeds: a person's own alone."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import QuerySet

from cryptouniverse.kernel import clock
from strategies.feed.errors import NoAddress, UnknownSubscription
from strategies.feed.models import SignalAddress, SignalNotice, SignalSubscription
from strategies.feed.types import ADDRESS_SHOWS

if TYPE_CHECKING:
    from accounts.users.models import User

TOKEN_LENGTH_MAX: Final = 100
SEEN_EVERY: Final = timedelta(minutes=1)


def subscriptions_of(owner: User) -> QuerySet[SignalSubscription]:
    """What a person follows, newest first."""
    return SignalSubscription.objects.filter(owner=owner).order_by("-pk")


def followed_by(prefix: str) -> int:
    """How many subscriptions of the tenant follow a strategy whose name begins so."""
    return SignalSubscription.objects.filter(strategy__startswith=prefix).count()


def access_subscription(user: User, subscription_id: UUID, *, lock: bool = False) -> SignalSubscription:
    """One of the caller's own. Raises UnknownSubscription, whoever else has one of this id."""
    found = subscriptions_of(user).filter(public_id=subscription_id)
    row = (found.select_for_update() if lock else found).first()
    if row is None:
        raise UnknownSubscription(subscription=str(subscription_id))
    return row


def notices_of(owner: User) -> QuerySet[SignalNotice]:
    """What was delivered to a person, newest first."""
    return SignalNotice.objects.filter(owner=owner).order_by("-pk")


def address_of(owner: User) -> SignalAddress | None:
    """The person's address in force."""
    return SignalAddress.objects.filter(owner=owner, revoked_at=None).first()


def notices_at(token: str) -> list[SignalNotice]:
    """The newest signals of whose address it is. Raises NoAddress, the same for every token that opens nothing: one
    that never was, was revoked, is another tenant's, or is of somebody who may not look any more.
    """
    if not token.isascii() or len(token) > TOKEN_LENGTH_MAX:
        raise NoAddress
    row = SignalAddress.objects.select_related("owner").filter(digest=digest_of(token), revoked_at=None).first()
    if row is None or not row.owner.is_active or not row.owner.may("trading:read"):
        raise NoAddress
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at > SEEN_EVERY:
        SignalAddress.objects.filter(pk=row.pk).update(last_used_at=now)
    return list(notices_of(row.owner)[:ADDRESS_SHOWS])


def digest_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def parameters_of(row: SignalSubscription | SignalNotice) -> dict[str, Any]:
    """The strategy's parameters, all of them."""
    found: dict[str, Any] = json.loads(row.parameters) if row.parameters else {}
    return found
