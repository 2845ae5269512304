"""Values of the books: currencies, kinds of account, drafts of entries and what was read."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


class Currency(enum.StrEnum):
    """What an account counts. Practice credits are free, for paper trading, and never mix with bought ones."""

    CREDIT = "CREDIT"
    PRACTICE = "PRACTICE"


class AccountKind(enum.StrEnum):
    """A wallet belongs to a user and is never below zero; the other kinds are the tenant's own, one per currency."""

    WALLET = "wallet"
    CONSUMED = "consumed"
    PURCHASES = "purchases"
    GRANTS = "grants"


LIST_PRICE_USD = Decimal("0.10")
DEFAULT_RATIO = Decimal(1)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A movement to book. It is one fact, named by `idempotency_key`.

    moves: account pk -> credits, at most 6 decimal places, none zero, summing to zero in each currency.
    occurred_at: aware UTC. price_usd, ratio: kept on the lot that each wallet credited by this entry receives:
    USD paid per credit, and USD of profit that one credit allows.
    """

    idempotency_key: str
    reason: str
    moves: Mapping[int, Decimal]
    occurred_at: datetime
    price_usd: Decimal = Decimal(0)
    ratio: Decimal = DEFAULT_RATIO


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A booked entry. is_new is False where the key had been booked before."""

    pk: int
    public_id: UUID
    idempotency_key: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class WalletRow:
    """A user's wallet, in credits. topped_to: what it held right after credits last came in, the 100% of warnings."""

    account_pk: int
    posted: Decimal
    pending: Decimal
    topped_to: Decimal

    @property
    def available(self) -> Decimal:
        """Credits that may still be consumed: posted less what is held."""
        return self.posted - self.pending


@dataclass(frozen=True, slots=True)
class BookFault:
    """One thing that does not add up. rule: which check; subject: the key or account; found, expected: credits."""

    rule: str
    subject: str
    found: Decimal
    expected: Decimal
