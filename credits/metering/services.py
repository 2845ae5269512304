"""Metering: realised profit consumes credits, once and only once, above each user's high-water mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from credits.ledger.errors import IdempotencyConflict
from credits.ledger.selectors import tenant_account, wallets_of
from credits.ledger.services import post_entries
from credits.ledger.types import DEFAULT_RATIO, AccountKind, Currency, EntryDraft, WalletRow
from credits.metering.events import CreditsConsumed, ProfitLimitReached, ProfitLimitWarned
from credits.metering.marks import LIMIT, Standing, checked_profit, level, metered
from credits.metering.models import MeteredProfit
from credits.metering.types import Metered, RealisedProfit
from cryptouniverse.kernel.bulk import insert_rows, query
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.events.types import Event

__all__ = ["Metered", "RealisedProfit", "meter"]

_MARKS = """
    SELECT owner_id, cumulative, mark, sequence, ratio FROM credits_metering_profitmark
    WHERE owner_id = ANY(%s) AND currency = %s
"""
_UNMARKED = (Decimal(0), Decimal(0), 0, DEFAULT_RATIO)
_EARLIER = """
    SELECT m.owner_id, p.fill_id, p.sequence, p.profit, p.above_mark, p.consumed, p.free
    FROM credits_metering_meteredprofit p JOIN credits_metering_profitmark m ON m.id = p.mark_id
    WHERE p.fill_id = ANY(%s) AND m.currency = %s
"""
_MOVE_MARKS = """
    INSERT INTO credits_metering_profitmark AS m (owner_id, currency, cumulative, mark, sequence, ratio)
    SELECT owner_id, %s, cumulative, mark, sequence, 1
    FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::bigint[]) AS g (owner_id, cumulative, mark, sequence)
    ORDER BY owner_id
    ON CONFLICT (owner_id, currency) DO UPDATE
    SET cumulative = excluded.cumulative, mark = excluded.mark, sequence = excluded.sequence
    RETURNING owner_id, id
"""
_METERED = ("mark_id", "fill_id", "sequence", "profit", "above_mark", "consumed", "free", "occurred_at")
Fact = tuple[int, UUID]


def meter(profits: Sequence[RealisedProfit], *, currency: str = Currency.PRACTICE) -> list[Metered]:
    """Meter `profits` in the given (booking) order; the answers are in the same order. A few statements for any number.

    A fill that was metered before answers the earlier row and changes nothing; with another amount it raises
    IdempotencyConflict. Locks the users' wallets until the transaction ends; publishes one CreditsConsumed per user and
    batch, and the highest newly crossed of ProfitLimitWarned (80, 95) and ProfitLimitReached.
    """
    if not profits:
        return []
    with transaction.atomic():
        return _meter(profits, Currency(currency))


def _meter(profits: Sequence[RealisedProfit], kind: Currency) -> list[Metered]:
    wallets = wallets_of({profit.user_pk for profit in profits}, kind, lock=True)
    before = _standings(wallets, kind)
    known = _earlier(profits, kind)
    after, fresh = _metered_in_order(profits, before, known)
    if fresh:
        _book(fresh, wallets, kind)
        _keep(fresh, after, kind)
        _publish(before, after, wallets, kind)
    return [known[profit.user_pk, profit.fill_id] for profit in profits]


def _standings(wallets: Mapping[int, WalletRow], kind: Currency) -> dict[int, Standing]:
    marks = {owner: mark for owner, *mark in query(_MARKS, [list(wallets), kind.value])}
    standings = {}
    for user, wallet in wallets.items():
        cumulative, mark, sequence, ratio = marks.get(user, _UNMARKED)
        standings[user] = Standing(cumulative, mark, sequence, ratio, wallet.available)
    return standings


def _earlier(profits: Sequence[RealisedProfit], kind: Currency) -> dict[Fact, Metered]:
    rows = query(_EARLIER, [[profit.fill_id for profit in profits], kind.value])
    return {(row[0], row[1]): Metered(*row) for row in rows}


def _metered_in_order(
    profits: Iterable[RealisedProfit], before: Mapping[int, Standing], known: dict[Fact, Metered]
) -> tuple[dict[int, Standing], list[tuple[RealisedProfit, Metered]]]:
    """Where the users stand after, and the profits not seen before; these join `known`."""
    after, fresh = dict(before), []
    for profit in profits:
        fact, amount = (profit.user_pk, profit.fill_id), checked_profit(profit.amount)
        if fact in known:
            if known[fact].profit != amount:
                raise IdempotencyConflict(idempotency_key=_key(profit.fill_id))
            continue
        after[profit.user_pk], step = metered(after[profit.user_pk], amount)
        known[fact] = Metered(*fact, step.sequence, step.profit, step.above_mark, step.consumed, step.free)
        fresh.append((profit, known[fact]))
    return after, fresh


def _book(fresh: Sequence[tuple[RealisedProfit, Metered]], wallets: Mapping[int, WalletRow], kind: Currency) -> None:
    consumed = tenant_account(AccountKind.CONSUMED, kind)
    drafts = [
        EntryDraft(
            idempotency_key=_key(row.fill_id),
            reason=f"profit of fill {row.fill_id}",
            moves={wallets[row.user_pk].account_pk: -row.consumed, consumed: row.consumed},
            occurred_at=profit.occurred_at,
        )
        for profit, row in fresh
        if row.consumed
    ]
    post_entries(drafts)


def _keep(fresh: Sequence[tuple[RealisedProfit, Metered]], after: Mapping[int, Standing], kind: Currency) -> None:
    moved = sorted({row.user_pk for _, row in fresh})
    marks = [(user, after[user].cumulative, after[user].mark, after[user].sequence) for user in moved]
    mark_of = dict(query(_MOVE_MARKS, [kind.value, *(list(column) for column in zip(*marks, strict=True))]))
    rows = [
        (
            mark_of[row.user_pk],
            row.fill_id,
            row.sequence,
            row.profit,
            row.above_mark,
            row.consumed,
            row.free,
            profit.occurred_at,
        )
        for profit, row in fresh
    ]
    insert_rows(MeteredProfit, _METERED, rows)


def _publish(
    before: Mapping[int, Standing], after: Mapping[int, Standing], wallets: Mapping[int, WalletRow], kind: Currency
) -> None:
    spenders = [user for user in sorted(wallets) if after[user].available < before[user].available]
    people = get_user_model()._default_manager.filter(pk__in=spenders)
    events: list[Event] = []
    for user, user_id in people.order_by("pk").values_list("pk", "public_id") if spenders else ():
        was, left, full = before[user].available, after[user].available, wallets[user].topped_to
        events.append(CreditsConsumed(user_id, kind.value, was - left, left))
        crossed = level(left, full)
        if crossed > level(was, full):
            reached = crossed == LIMIT
            events.append(
                ProfitLimitReached(user_id, kind.value)
                if reached
                else ProfitLimitWarned(user_id, kind.value, crossed, left)
            )
    publish_on_commit(events)


def _key(fill_id: UUID) -> str:
    return f"fill:{fill_id}:profit"
