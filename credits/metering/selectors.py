"""Reading what was metered and what is left."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from credits.ledger.selectors import balances_of, turnover_of, wallets_of
from credits.ledger.types import DEFAULT_RATIO, BookFault, Currency
from credits.metering.marks import LIMIT, level
from credits.metering.models import MeteredProfit, ProfitMark
from credits.metering.types import CreditsLeft, CreditView
from cryptouniverse.kernel.bulk import query

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

_RATIOS = "SELECT owner_id, ratio FROM credits_metering_profitmark WHERE owner_id = ANY(%s) AND currency = %s"
# each credited wallet gets a lot: what was bought is the sum of the lots, and what is not there any more was consumed
_LEFT = """
    SELECT a.posted, a.posted - a.pending, a.topped_to, coalesce(sum(l.bought), 0)
    FROM credits_ledger_account a LEFT JOIN credits_ledger_creditlot l ON l.account_id = a.id
    WHERE a.owner_id = %s AND a.kind = 'wallet' AND a.currency = %s GROUP BY a.id
"""
ZERO = Decimal(0)
_FREE = """
SELECT coalesce(sum(free), 0) FROM credits_metering_meteredprofit WHERE mark_id = %s
"""

_CHECK = """
WITH metered AS (
    SELECT mark_id, count(*) AS number, sum(profit) AS profit, sum(above_mark) AS above, sum(consumed) AS consumed
    FROM credits_metering_meteredprofit GROUP BY mark_id
), spent AS (
    SELECT a.owner_id, a.currency, -sum(p.amount) AS consumed
    FROM credits_ledger_posting p
    JOIN credits_ledger_account a ON a.id = p.account_id AND a.owner_id IS NOT NULL
    JOIN credits_ledger_entry e ON e.id = p.entry_id AND e.idempotency_key LIKE 'fill:%:profit'
    GROUP BY a.owner_id, a.currency
), compared AS (
    SELECT 'mark ' || m.id AS subject, m.cumulative, m.mark, m.sequence, coalesce(t.number, 0) AS number,
           coalesce(t.profit, 0) AS profit, coalesce(t.above, 0) AS above, coalesce(t.consumed, 0) AS consumed,
           coalesce(s.consumed, 0) AS spent
    FROM credits_metering_profitmark m
    LEFT JOIN metered t ON t.mark_id = m.id
    LEFT JOIN spent s ON s.owner_id = m.owner_id AND s.currency = m.currency
)
SELECT 'cumulative is not the sum of profits', subject, cumulative, profit FROM compared WHERE cumulative <> profit
UNION ALL SELECT 'mark is not the sum of its rises', subject, mark, above FROM compared WHERE mark <> above
UNION ALL SELECT 'sequence has a gap', subject, sequence, number FROM compared WHERE sequence <> number
UNION ALL SELECT 'consumed is not what was booked', subject, consumed, spent FROM compared WHERE consumed <> spent
ORDER BY 1, 2
"""


def potential_of(
    user_pks: Collection[int], *, currency: str = Currency.PRACTICE, lock: bool = False
) -> dict[int, Decimal]:
    """USD of profit each user may still make before the limit, by user pk. Zero: entries stop, exits run.

    lock: under the wallets' locks, held until the transaction ends; a top-up or a metering of these users waits.
    """
    wallets = wallets_of(user_pks, currency, lock=lock)
    ratios = dict(query(_RATIOS, [list(wallets), Currency(currency).value]))
    return {user: wallet.available * ratios.get(user, DEFAULT_RATIO) for user, wallet in wallets.items()}


def credits_left_for(user: User, *, currency: str = Currency.PRACTICE) -> CreditsLeft:
    """What this user bought, consumed and has left. One query; a user without a wallet has nothing."""
    rows = query(_LEFT, [user.pk, Currency(currency).value])
    posted, available, topped_to, bought = rows[0] if rows else (ZERO, ZERO, ZERO, ZERO)
    return CreditsLeft(
        currency=Currency(currency).value,
        bought=bought,
        consumed=bought - posted,
        available=available,
        reached=level(available, topped_to) == LIMIT,
    )


def profits_for(user: User, *, currency: str = Currency.PRACTICE) -> QuerySet[MeteredProfit]:
    """Every realised profit of the user's that was metered, newest first."""
    return MeteredProfit.objects.filter(mark__owner=user, mark__currency=Currency(currency).value).order_by("-pk")


def credit_view_for(user: User, *, currency: str = Currency.PRACTICE, points: int = 200) -> CreditView:
    """This user's credits, with the balance after each of the latest `points` movements."""
    wallet = wallets_of([user.pk], currency)[user.pk]
    bought, consumed = turnover_of(wallet.account_pk)
    mark = ProfitMark.objects.filter(owner_id=user.pk, currency=Currency(currency).value).first()
    used = level(wallet.available, wallet.topped_to)
    return CreditView(
        currency=Currency(currency).value,
        bought=bought,
        consumed=consumed,
        available=wallet.available,
        free_profit=_free_credits_of(mark.pk) * mark.ratio if mark else Decimal(0),
        mark=mark.mark if mark else Decimal(0),
        reached=used == LIMIT,
        warned=min(used, 95),
        series=tuple(balances_of(wallet.account_pk, wallet.posted, points)),
    )


def check_marks() -> list[BookFault]:
    """Recompute every mark of this tenant from what was metered, and that from the books; nothing when all adds up."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECK)
        return [BookFault(*row) for row in cursor.fetchall()]


def _free_credits_of(mark_pk: int) -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [mark_pk])
        return Decimal(cursor.fetchone()[0])
