"""Intent first: the wish, its client order id and what it reserves are committed before any venue hears of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import current_tenant
from trading.execution.models import Intent
from trading.execution.types import IntentDraft
from trading.portfolio.services import reserve

CLIENT_ID_PREFIX = "cu"
CLIENT_ID_LENGTH = 32


def record_intents(*, drafts: Sequence[IntentDraft], slot_ms: int) -> list[Intent]:
    """Record `drafts` and reserve their cash, in the caller's transaction, which holds the portfolios' locks.

    The database refuses a second entry in flight for the same bot and instrument, a second way out for the same
    position, and more reserved than there is cash.
    """
    reserved: dict[int, Decimal] = defaultdict(Decimal)
    for draft in drafts:
        if draft.reserved:
            reserved[draft.portfolio_pk] += draft.reserved
    intents = Intent.objects.bulk_create(_row(draft, slot_ms) for draft in drafts)
    reserve(reserved)
    return intents


def client_order_id(draft: IntentDraft, *, attempt: int = 1) -> str:
    """The id that finds the order again: a keyed hash of tenant, portfolio, intent and attempt; 32 of a-z, 2-7."""
    facts = f"{current_tenant().id}|{draft.portfolio_pk}|{draft.id}|{attempt}"
    digest = hmac.digest(settings.SECRET_KEY.encode(), facts.encode(), hashlib.sha256)
    return (CLIENT_ID_PREFIX + base64.b32encode(digest).decode().lower())[:CLIENT_ID_LENGTH]


def _row(draft: IntentDraft, slot_ms: int) -> Intent:
    return Intent(
        public_id=draft.id,
        portfolio_id=draft.portfolio_pk,
        position_id=draft.position_pk,
        bot_id=draft.bot_id,
        signal_id=draft.signal_id,
        instrument_id=draft.instrument_id,
        purpose=draft.purpose,
        side=draft.side,
        quantity=draft.quantity,
        limit_price=draft.limit_price,
        stop_price=draft.stop_price,
        target_price=draft.target_price,
        reserved=draft.reserved,
        slot_ms=slot_ms,
        client_order_id=client_order_id(draft),
        recorded_at=clock.now(),
    )
