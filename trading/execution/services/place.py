"""Placing recorded intents at the paper venue, whose book is this database: accepting an order is one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import update_rows
from cryptouniverse.kernel.ids import derived_id
from trading.execution.models import Intent, Order


@transaction.atomic
def place_recorded() -> int:
    """Hand every recorded intent of the tenant to the paper venue; how many.

    Runs after the decisions' commit, and again before the next slot is settled: what a killed worker left recorded is
    placed once, for an intent can have one order only.
    """
    recorded = Intent.objects.select_for_update(no_key=True).filter(state=Intent.State.RECORDED).order_by("pk")
    return len(accept(list(recorded)))


def accept(intents: Sequence[Intent]) -> list[Order]:
    """The paper venue takes `intents`: an open order each. In the caller's transaction."""
    orders = Order.objects.bulk_create(
        Order(
            public_id=derived_id("order", intent.public_id),
            intent=intent,
            portfolio_id=intent.portfolio_id,
            placed_at=clock.now(),
        )
        for intent in intents
    )
    update_rows(Intent, ("state",), [(intent.pk, Intent.State.ACKED.value) for intent in intents])
    return orders
