"""Metering: realised profit consumes credits, once and only once, above each user's high-water mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from credits.ledger.errors import IdempotencyConflict
from credits.ledger.selectors import tenant_account, wallets_of
from credits.ledger.services import post_entries
from credits.ledger.types import AccountKind, Currency, EntryDraft, WalletRow
from credits.metering.events import CreditsConsumed, ProfitLimitReached, ProfitLimitWarned
from credits.metering.marks import LIMIT, Standing, checked_profit, level, metered
from credits.metering.models import MeteredProfit, ProfitMark
from credits.metering.types import Metered, RealisedProfit
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.events.types import Event

__all__ = ["Metered", "RealisedProfit", "meter"]

_BATCH = 2000
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
    marks = {mark.owner_id: mark for mark in ProfitMark.objects.filter(owner_id__in=wallets, currency=kind.value)}
    unmarked = ProfitMark()
    return {
        user: Standing(mark.cumulative, mark.mark, mark.sequence, mark.ratio, wallet.available)
        for user, wallet in wallets.items()
        for mark in [marks.get(user, unmarked)]
    }


def _earlier(profits: Sequence[RealisedProfit], kind: Currency) -> dict[Fact, Metered]:
    rows = MeteredProfit.objects.filter(
        fill_id__in=[profit.fill_id for profit in profits], mark__currency=kind.value
    ).values_list("mark__owner_id", "fill_id", "sequence", "profit", "above_mark", "consumed", "free")
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
    marks = ProfitMark.objects.bulk_create(
        [
            ProfitMark(
                owner_id=user,
                currency=kind.value,
                cumulative=after[user].cumulative,
                mark=after[user].mark,
                sequence=after[user].sequence,
            )
            for user in moved
        ],
        update_conflicts=True,
        unique_fields=["owner", "currency"],
        update_fields=["cumulative", "mark", "sequence"],
    )
    mark_of = {mark.owner_id: mark.pk for mark in marks}
    MeteredProfit.objects.bulk_create(
        [
            MeteredProfit(
                mark_id=mark_of[row.user_pk],
                fill_id=row.fill_id,
                sequence=row.sequence,
                profit=row.profit,
                above_mark=row.above_mark,
                consumed=row.consumed,
                free=row.free,
                occurred_at=profit.occurred_at,
            )
            for profit, row in fresh
        ],
        batch_size=_BATCH,
    )


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
