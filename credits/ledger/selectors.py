"""Reading the books."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from credits.ledger.models import Account, CreditLot, Entry, Posting
from credits.ledger.types import AccountKind, BookFault, Currency, WalletRow
from cryptouniverse.kernel.bulk import query

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.users.models import User

_OPEN = """
    SELECT account_id, owner_id, posted, pending, topped_to
    FROM credits_ledger_open_accounts(%s, %s, %s::bigint[], %s)
"""

_OWN = "SELECT id FROM credits_ledger_account WHERE owner_id IS NULL AND kind = %s AND currency = %s"

_CHECK = """
WITH posted AS (SELECT account_id, sum(amount) AS total FROM credits_ledger_posting GROUP BY account_id),
     lots AS (SELECT account_id, sum(remaining) AS total FROM credits_ledger_creditlot GROUP BY account_id)
SELECT 'entry does not sum to zero', e.idempotency_key || ' ' || coalesce(a.currency, 'has no postings'),
       coalesce(sum(p.amount), 0), 0
FROM credits_ledger_entry e
LEFT JOIN credits_ledger_posting p ON p.entry_id = e.id
LEFT JOIN credits_ledger_account a ON a.id = p.account_id
GROUP BY e.id, a.currency HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) = 0
UNION ALL
SELECT 'balance is not the sum of postings', a.kind || ' ' || a.id, a.posted, coalesce(posted.total, 0)
FROM credits_ledger_account a LEFT JOIN posted ON posted.account_id = a.id
WHERE a.posted <> coalesce(posted.total, 0)
UNION ALL
SELECT 'wallet is below zero', a.kind || ' ' || a.id, a.posted - a.pending, 0
FROM credits_ledger_account a WHERE a.owner_id IS NOT NULL AND a.posted - a.pending < 0
UNION ALL
SELECT 'lots are not the balance', a.kind || ' ' || a.id, coalesce(lots.total, 0), a.posted
FROM credits_ledger_account a LEFT JOIN lots ON lots.account_id = a.id
WHERE a.owner_id IS NOT NULL AND a.posted <> coalesce(lots.total, 0)
ORDER BY 1, 2
"""

_TURNOVER = """
SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)
FROM credits_ledger_posting WHERE account_id = %s
"""


def wallets_of(user_pks: Collection[int], currency: str, lock: bool = False) -> dict[int, WalletRow]:
    """The wallets of these users, by user pk; missing ones are opened, empty.

    lock: hold them until the transaction ends, taken in pk order; ask for all that a transaction needs at once.
    """
    owners = sorted(set(user_pks))
    if not owners:
        return {}
    if lock and not connection.in_atomic_block:
        raise transaction.TransactionManagementError("locking wallets needs a transaction that holds the locks")
    if not lock:
        found = _wallets_there(owners, currency)
        if len(found) == len(owners):
            return found
    rows = query(_OPEN, [AccountKind.WALLET.value, Currency(currency).value, owners, lock])
    return {owner: WalletRow(pk, *amounts) for pk, owner, *amounts in rows}


def tenant_account(kind: AccountKind, currency: str) -> int:
    """The pk of the tenant's own account of this kind and currency, opened when missing."""
    own = [kind.value, Currency(currency).value]
    [(pk, *_), *_] = query(_OWN, own) or query(_OPEN, [*own, None, False])
    return int(pk)


def entries_for(user: User, currency: str) -> QuerySet[Entry]:
    """What moved this user's credits of one kind, newest first; `amount` is above zero where they came in."""
    moved = Entry.objects.filter(postings__account__owner=user, postings__account__currency=Currency(currency).value)
    return moved.annotate(amount=F("postings__amount"), currency=F("postings__account__currency")).order_by("-pk")


def lots_for(user: User, currency: str) -> QuerySet[CreditLot]:
    """The lots that this user's wallet was filled from, newest first."""
    return CreditLot.objects.filter(account__owner=user, account__currency=Currency(currency).value).order_by("-pk")


def turnover_of(account_pk: int) -> tuple[Decimal, Decimal]:
    """What ever came into and what ever left this account, both as positive credits."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, [account_pk])
        came_in, went_out = cursor.fetchone()
    return came_in, went_out


def balances_of(account_pk: int, posted: Decimal, points: int) -> list[tuple[datetime, Decimal]]:
    """The balance after each of the latest `points` postings, oldest first; `posted` is what the account holds now."""
    latest = Posting.objects.filter(account_id=account_pk).order_by("-pk").values_list("entry__occurred_at", "amount")
    return _back_from(posted, latest[:points])


def check_books() -> list[BookFault]:
    """Recompute every balance of this tenant from its postings; what does not add up, and nothing when all does."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECK)
        return [BookFault(*row) for row in cursor.fetchall()]


def _wallets_there(owners: list[int], currency: str) -> dict[int, WalletRow]:
    rows = Account.objects.filter(owner_id__in=owners, kind=AccountKind.WALLET.value, currency=Currency(currency).value)
    fields = rows.values_list("owner_id", "pk", "posted", "pending", "topped_to")
    return {owner: WalletRow(pk, *amounts) for owner, pk, *amounts in fields if owner}


def _back_from(posted: Decimal, latest: Iterable[tuple[datetime, Decimal]]) -> list[tuple[datetime, Decimal]]:
    series: list[tuple[datetime, Decimal]] = []
    for moment, amount in latest:
        series.append((moment, posted))
        posted -= amount
    return series[::-1]
