"""Orders by hand: judged by the gate, shown before they are placed, cancelled while they wait.

On paper the platform holds them. At an exchange each becomes an order of its own there, as far as the venue has that
kind; what it has not, the platform holds back until its moment comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from accounts.teams.selectors import on_behalf
from tenants.audit.services import record
from trading.execution.errors import NotCancellable, UnknownOrder
from trading.execution.models import Intent
from trading.execution.selectors import IN_FLIGHT, order_by_hand
from trading.execution.services.judging import Judged, Preview, desk_of
from trading.execution.services.leaving import BY_HAND
from trading.execution.services.place import place_drafts
from trading.execution.services.record import record_intents
from trading.execution.services.stop import cancel_entries
from trading.execution.tickets import Ticket
from trading.risk.selectors import lock_stop

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio


@transaction.atomic
def preview_by_hand(
    *, portfolio: Portfolio, instrument_id: str, ticket: Ticket, instead_of: UUID | None = None
) -> Preview:
    """What `place_by_hand` would come to now; nothing is recorded. Raises as it does, but for the gate's refusals.

    instead_of: an order that waits, and would be gone.
    """
    with transaction.atomic():
        if instead_of is not None and (old := order_by_hand(portfolio, instead_of)):
            lock_stop(portfolio)
            cancel_entries([portfolio.pk], BY_HAND, intent_pks=[old.pk])
        seen = desk_of(portfolio, [instrument_id]).judge(instrument_id, ticket).preview
        transaction.set_rollback(True)
    return seen


@transaction.atomic
def place_by_hand(*, portfolio: Portfolio, actor: User, instrument_id: str, ticket: Ticket, key: str) -> Intent:
    """Place an order, once per `key`; audited as "order.placed". The same gate as a bot's stands before it.

    On paper it has its order at once; at an exchange the trader sends it. Raises BadTicket, NoPriceNow, VenueCannot, or
    RefusedByRisk where the gate allows less than all of it.
    """
    intent_id = uuid5(portfolio.public_id, key)
    placed = Intent.objects.select_related("order").filter(public_id=intent_id)
    if found := placed.first():
        return found
    desk = desk_of(portfolio, [instrument_id])
    if found := placed.first():  # by a twin that held the locks
        return found
    judged = desk.judge(instrument_id, ticket)
    put = place_drafts if judged.on_paper else record_intents
    put(drafts=[judged.draft(portfolio.pk, intent_id=intent_id)], slot_ms=desk.feed.cursor_ms)
    intent = placed.get()
    record_placed(intent, judged, portfolio, actor)
    return intent


def record_placed(intent: Intent, judged: Judged, portfolio: Portfolio, actor: User) -> None:
    """The audit's record that a person has placed an order."""
    after = {"instrument": intent.instrument_id, "kind": judged.ticket.kind, "quantity": f"{intent.quantity:f}"}
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="order.placed", object=intent, after={**after, **whose})


@transaction.atomic
def cancel_by_hand(*, portfolio: Portfolio, order_id: UUID, actor: User) -> Intent:
    """Cancel an entry by hand that waits; audited as "order.cancelled". Again is harmless.

    On paper its cash is free again at once; at an exchange once its end is known there, and it may fill before.
    order_id: of what was placed, or of its order. Raises UnknownOrder; NotCancellable for what protects a position.
    """
    found = order_by_hand(portfolio, order_id)
    if found is None or (found.bot_id is not None and found.state in IN_FLIGHT):
        raise UnknownOrder(order=str(order_id))
    if found.purpose != Intent.Purpose.ENTRY:
        raise NotCancellable(order=str(order_id))
    if cancel_entries([portfolio.pk], BY_HAND, intent_pks=[found.pk]):
        whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
        record(actor=actor, action="order.cancelled", object=found, after=whose)
    return Intent.objects.select_related("order").get(pk=found.pk)


@transaction.atomic
def cancel_all_by_hand(*, portfolio: Portfolio, actor: User) -> int:
    """Cancel every entry by hand that waits; how many. Audited as "order.cancelled"."""
    waiting = Intent.objects.filter(portfolio=portfolio, purpose=Intent.Purpose.ENTRY, bot_id=None, spec__isnull=False)
    count = cancel_entries([portfolio.pk], BY_HAND, intent_pks=list(waiting.values_list("pk", flat=True)))
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="order.cancelled", object=portfolio, after={"orders": count, **whose})
    return count
