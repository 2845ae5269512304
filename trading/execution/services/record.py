"""Intent first: the wish, its client order id and what it reserves are committed before any venue hears of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import insert_rows, query
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.crashpoints import crashpoint
from trading.execution.models import Intent
from trading.execution.types import IntentDraft, Recorded
from trading.portfolio.services import reserve

CHANNEL = "cu_orders"  # on which the trader is told of connections with something to send
CLIENT_ID_PREFIX = "cu"
CLIENT_ID_LENGTH = 32
_OURS = re.compile(rf"{CLIENT_ID_PREFIX}[a-z2-7]{{{CLIENT_ID_LENGTH - len(CLIENT_ID_PREFIX)}}}")
_RECORDED = "SELECT id, public_id, client_order_id FROM trading_execution_intent WHERE id = ANY(%s)"
_COLUMNS = (
    "public_id",
    "portfolio_id",
    "position_id",
    "bot_id",
    "signal_id",
    "instrument_id",
    "purpose",
    "side",
    "quantity",
    "limit_price",
    "stop_price",
    "target_price",
    "reserved",
    "slot_ms",
    "client_order_id",
    "state",
    "reason",
    "spec",
    "partial",
    "held",
    "parent_id",
    "child",
    "amends",
    "line",
    "recorded_at",
)
_TELL_TRADER = """
    SELECT pg_notify(%s, c.public_id::text) FROM trading_portfolio_portfolio p
    JOIN trading_connections_connection c ON c.id = p.connection_id WHERE p.id = ANY(%s)
"""


def record_intents(
    *,
    drafts: Sequence[IntentDraft],
    slot_ms: int,
    state: Intent.State = Intent.State.RECORDED,
    unless_leaving: bool = False,
) -> list[Recorded]:
    """Record `drafts` and reserve their cash, in the caller's transaction, which holds the portfolios' locks.

    state: another one only for who places them in this same transaction. unless_leaving: of ways out, which reserve
    nothing: one whose position got another meanwhile, from who does not wait for our locks, is left out.

    The database refuses a second entry in flight for the same bot and instrument, a second way out for the same
    position, and more reserved than there is cash.
    """
    reserved: dict[int, Decimal] = defaultdict(Decimal)
    for draft in drafts:
        if draft.reserved:
            reserved[draft.portfolio_pk] += draft.reserved
    if not drafts:
        return []
    names = [client_order_id(portfolio_pk=draft.portfolio_pk, intent_id=draft.id) for draft in drafts]
    rows = [_row(draft, slot_ms, name, state) for draft, name in zip(drafts, names, strict=True)]
    keys = insert_rows(Intent, _COLUMNS, rows, repeats=unless_leaving)
    reserve(reserved)
    crashpoint("intent.insert")
    tell_trader({draft.portfolio_pk for draft in drafts})
    transaction.on_commit(lambda: crashpoint("intent.commit"))
    if unless_leaving and len(keys) < len(drafts):
        return _those_of(keys, drafts)
    return [
        Recorded(pk, draft.id, draft.portfolio_pk, name) for pk, draft, name in zip(keys, drafts, names, strict=True)
    ]


def _those_of(keys: Sequence[int], drafts: Sequence[IntentDraft]) -> list[Recorded]:
    """The drafts that became rows with these keys."""
    found = {intent_id: (pk, name) for pk, intent_id, name in query(_RECORDED, [list(keys)])}
    return [
        Recorded(found[draft.id][0], draft.id, draft.portfolio_pk, found[draft.id][1])
        for draft in drafts
        if draft.id in found
    ]


def tell_trader(portfolio_pks: Collection[int]) -> None:
    """There is something to do at these portfolios' exchanges, once the caller's transaction is committed."""
    query(_TELL_TRADER, [CHANNEL, list(portfolio_pks)])


def client_order_id(*, portfolio_pk: int, intent_id: UUID, attempt: int = 1) -> str:
    """The id that finds the order again: a keyed hash of tenant, portfolio, intent and attempt; 32 of a-z, 2-7."""
    facts = f"{current_tenant().id}|{portfolio_pk}|{intent_id}|{attempt}"
    digest = hmac.digest(settings.SECRET_KEY.encode(), facts.encode(), hashlib.sha256)
    return (CLIENT_ID_PREFIX + base64.b32encode(digest).decode().lower())[:CLIENT_ID_LENGTH]


def is_ours(client_id: str) -> bool:
    """Whether an order's client id has the shape of ours."""
    return _OURS.fullmatch(client_id) is not None


def _row(draft: IntentDraft, slot_ms: int, name: str, state: Intent.State) -> tuple[Any, ...]:
    return (
        draft.id,
        draft.portfolio_pk,
        draft.position_pk,
        draft.bot_id,
        draft.signal_id,
        draft.instrument_id,
        str(draft.purpose),
        draft.side.value,
        draft.quantity,
        draft.limit_price,
        draft.stop_price,
        draft.target_price,
        draft.reserved,
        slot_ms,
        name,
        state.value,
        draft.reason,
        draft.spec,
        draft.partial,
        draft.held,
        draft.parent_pk,
        draft.child,
        draft.amends,
        draft.line,
        clock.now(),
    )
