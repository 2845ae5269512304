"""Writing the books: every movement is one SQL function call, whatever the number of entries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import Error, transaction

from credits.ledger.errors import IdempotencyConflict, InsufficientCredits, NotForSale, Unbalanced, UnknownAccount
from credits.ledger.events import CreditsToppedUp
from credits.ledger.selectors import tenant_account, wallets_of
from credits.ledger.types import DEFAULT_RATIO, LIST_PRICE_USD, AccountKind, Currency, EntryDraft, EntryRow
from cryptouniverse.kernel import clock, ids
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.money import Credits, exact
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from tenants.audit.types import Actor

__all__ = ["EntryDraft", "EntryRow", "book_purchase", "post_entries", "top_up", "top_up_practice"]

_POST = "SELECT entry_id, public_id, idempotency_key, is_new FROM credits_ledger_post(%s::jsonb)"
_TEXT_MAX = 200
_RECEIPT_MAX = 100
_CREDITS_END = Decimal(10) ** 14
_SOURCES = {Currency.CREDIT: AccountKind.PURCHASES, Currency.PRACTICE: AccountKind.GRANTS}
_PRICES = {Currency.CREDIT: LIST_PRICE_USD, Currency.PRACTICE: Decimal(0)}


def post_entries(drafts: Sequence[EntryDraft]) -> list[EntryRow]:
    """Book `drafts` in order, all or nothing, once each; the answers are in the same order.

    A key that was booked with the same content answers the earlier entry. Raises Unbalanced, UnknownAccount,
    InsufficientCredits or IdempotencyConflict, and then writes nothing. Locks wallets before the tenant's accounts.
    """
    if not drafts:
        return []
    body = json.dumps([_as_json(draft) for draft in drafts])
    with _refusals(), transaction.atomic():
        return [EntryRow(*row) for row in query(_POST, [body])]


@transaction.atomic
def top_up(
    *,
    user: User,
    amount: Credits,
    currency: str,
    idempotency_key: str,
    reason: str,
    price_usd: Decimal | None = None,
    ratio: Decimal = DEFAULT_RATIO,
) -> EntryRow:
    """Put `amount` into the user's wallet, once: bought credits out of purchases, practice credits out of grants.

    amount: positive. idempotency_key names the fact (a payment, a request), not the attempt. price_usd: per credit,
    kept on the lot with ratio; by default the list price, and nothing for practice. Trading at the limit resumes by it.
    Raises Invalid or IdempotencyConflict, and then writes nothing.
    """
    amount.require_positive()
    kind = Currency(currency)
    wallet = wallets_of([user.pk], kind, lock=True)[user.pk]
    draft = EntryDraft(
        idempotency_key=idempotency_key,
        reason=reason,
        moves={wallet.account_pk: amount.value, tenant_account(_SOURCES[kind], kind): -amount.value},
        occurred_at=clock.now(),
        price_usd=_PRICES[kind] if price_usd is None else price_usd,
        ratio=ratio,
    )
    [entry] = post_entries([draft])
    if entry.is_new:
        publish_on_commit(
            [
                CreditsToppedUp(
                    user_id=user.public_id,
                    entry_id=entry.public_id,
                    currency=kind.value,
                    amount=amount.value,
                    available=wallet.available + amount.value,
                    resumed=wallet.available <= 0,
                )
            ]
        )
    return entry


@transaction.atomic
def top_up_practice(*, user: User, amount: Credits, currency: str, request_key: str) -> EntryRow:
    """What a person may do for themselves: practice credits, audited. Raises NotForSale for any other currency.

    request_key: the person's own name for this request; sent again it books nothing more.
    """
    if currency != Currency.PRACTICE:
        raise NotForSale(currency=currency)
    key = hashlib.sha256(f"{user.public_id}|{request_key}".encode()).hexdigest()
    entry = top_up(
        user=user,
        amount=amount,
        currency=currency,
        idempotency_key=f"request:{key}",
        reason="practice credits",
    )
    if entry.is_new:
        after = {"amount": str(amount), "currency": currency}
        record(actor=user, action="credits.topped_up", object=("credits_ledger.entry", entry.public_id), after=after)
    return entry


@transaction.atomic
def book_purchase(
    *, user: User, amount: Credits, receipt: str, price_usd: Decimal, actor: Actor | None = None
) -> EntryRow:
    """Credits that the user paid an operator for, once for each receipt; audited as "credits.bought".

    price_usd: paid for one credit. Raises Invalid, or IdempotencyConflict for a receipt that was booked with another
    amount.
    """
    name = receipt.strip()
    if not 1 <= len(name) <= _RECEIPT_MAX or not price_usd.is_finite() or price_usd < 0:
        raise Invalid(_("A purchase has a receipt of 1 to %(most)s characters and a price."), most=_RECEIPT_MAX)
    key = f"receipt:{name}"
    entry = top_up(
        user=user, amount=amount, currency=Currency.CREDIT, idempotency_key=key, reason=name, price_usd=price_usd
    )
    if entry.is_new:
        after = {"amount": str(amount), "receipt": name, "price_usd": str(price_usd), "for": str(user.public_id)}
        record(actor=actor, action="credits.bought", object=("credits_ledger.entry", entry.public_id), after=after)
    return entry


def _as_json(draft: EntryDraft) -> dict[str, object]:
    if not (0 < len(draft.idempotency_key) <= _TEXT_MAX and 0 < len(draft.reason) <= _TEXT_MAX):
        raise Invalid(_("An entry's key and reason have 1 to %(most)s characters."), most=_TEXT_MAX)
    moves = {account: _as_credits(amount) for account, amount in draft.moves.items()}
    if not moves or sum(moves.values()) != 0 or not all(moves.values()):
        raise Unbalanced(idempotency_key=draft.idempotency_key)
    return {
        "key": draft.idempotency_key,
        "reason": draft.reason,
        "occurred_at": draft.occurred_at.isoformat(),
        "public_id": str(ids.derived_id(current_tenant().id, "entry", draft.idempotency_key)),
        "price_usd": format(draft.price_usd, "f"),
        "ratio": format(draft.ratio, "f"),
        "moves": {str(account): format(amount, "f") for account, amount in moves.items()},
    }


def _as_credits(amount: Decimal) -> Decimal:
    if abs(exact(amount)) >= _CREDITS_END:
        raise Invalid(_("These are more credits than an account can hold."))
    return Credits(amount).value


@contextmanager
def _refusals() -> Iterator[None]:
    """Say the database's refusals in the product's words."""
    try:
        yield
    except Error as error:
        if refusal := _refusal(error):
            raise refusal from error
        raise


def _refusal(error: Error) -> CryptoUniverseError | None:
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    if getattr(diagnosis, "constraint_name", None) == "credits_wallet_not_negative":
        return InsufficientCredits()
    match getattr(cause, "sqlstate", None):
        case "CR409":
            return IdempotencyConflict(idempotency_key=getattr(diagnosis, "message_detail", ""))
        case "CR404":
            return UnknownAccount()
        case "CR422":
            return Unbalanced()
        case "22003":
            return Invalid(_("These are more credits than an account can hold."))
    return None
