"""Values of metering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RealisedProfit:
    """What a closing fill earned or lost.

    amount: USD, fees included, at most 18 decimal places. occurred_at: aware UTC.
    """

    user_pk: int
    fill_id: UUID
    amount: Decimal
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Metered:
    """What a profit cost.

    sequence: the user's booking order, from 1. profit, above_mark: USD; consumed, free: credits.
    """

    user_pk: int
    fill_id: UUID
    sequence: int
    profit: Decimal
    above_mark: Decimal
    consumed: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class CreditsLeft:
    """Credits of one kind. reached: none are left, so that entries stop and exits run."""

    currency: str
    bought: Decimal
    consumed: Decimal
    available: Decimal
    reached: bool


@dataclass(frozen=True, slots=True)
class CreditView:
    """A user's credits as they see them. Amounts in credits; mark and free_profit in USD.

    bought: all that ever came in. warned: 0, 80 or 95, the per cent of the latest filling that is used up. reached: at
    the profit limit, so that only exits run. series: (time, available after it), oldest first.
    """

    currency: str
    bought: Decimal
    consumed: Decimal
    available: Decimal
    free_profit: Decimal
    mark: Decimal
    reached: bool
    warned: int
    series: tuple[tuple[datetime, Decimal], ...]
