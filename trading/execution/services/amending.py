"""New terms for an order by hand that waits: the old one is cancelled and a new one placed, both or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.ids import derived_id
from tenants.audit.services import record
from trading.execution.entries import TAKES
from trading.execution.errors import NotWaiting, UnknownOrder
from trading.execution.models import Intent, Order
from trading.execution.selectors import IN_FLIGHT, order_by_hand
from trading.execution.services.judging import Desk, desk_of
from trading.execution.services.place import place_drafts
from trading.execution.services.record import record_intents
from trading.execution.services.stop import cancel_entries
from trading.execution.services.successors import succeeding
from trading.execution.tickets import Kept, Ticket, changed, in_units, read_ticket
from trading.fills import Bracket, BracketState, read_spec, read_state
from trading.fills.checks import wrong_side
from trading.fills.groups import states_of
from trading.risk.selectors import lock_stop

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

AMENDED = "amended"
_OF_ENTRY = ("kind", *sorted(set().union(*TAKES.values())))


@transaction.atomic
def amend_by_hand(*, portfolio: Portfolio, order_id: UUID, actor: User, changes: Mapping[str, Any]) -> Intent:
    """Give an order by hand that waits new terms; audited as "order.amended". changes: fields of its ticket.

    The gate judges it as if the old one were gone. Its id stays. An entry whose own terms stay goes on from where it
    stands: a trailing one keeps its lowest price. Terms that it has already change nothing. Raises UnknownOrder,
    NotWaiting where it was filled or has ended meanwhile, and whatever placing it would raise; then the old one waits
    on. What rests at an exchange is cancelled there first, and both count until its end is known (`successors.py`).
    """
    lock_stop(portfolio)  # first, as whoever stops trading: then the order, then the books
    old = _waiting(portfolio, order_id)
    told = cast("dict[str, Any]", old.spec)
    before = read_ticket(told["ticket"])
    ticket = changed(before, changes)
    if ticket == before:
        return old
    if not cancel_entries([portfolio.pk], AMENDED, intent_pks=[old.pk]):
        raise NotWaiting(order=str(order_id), state=Intent.objects.get(pk=old.pk).state)
    kept = _kept(old, before, ticket) if portfolio.connection_id is None else None
    desk = desk_of(portfolio, [old.instrument_id])
    judged = desk.judge(old.instrument_id, ticket, kept)
    if kept:
        _require_before_it_is_given_up(kept, judged.bracket, desk, old.instrument_id)
    first = old.amends or old.public_id
    draft = judged.draft(portfolio.pk, intent_id=derived_id("amend", old.public_id), amends=first)
    if portfolio.connection_id is None:
        place_drafts(drafts=[draft], slot_ms=desk.feed.cursor_ms)
    else:
        record_intents(drafts=[succeeding(draft, old)], slot_ms=desk.feed.cursor_ms)
    if kept and kept.working:
        Order.objects.filter(intent__public_id=draft.id).update(working=kept.working)
    intent = Intent.objects.select_related("order").get(public_id=draft.id)
    _say(intent, before, ticket, portfolio, actor)
    return intent


def _waiting(portfolio: Portfolio, order_id: UUID) -> Intent:
    found = order_by_hand(portfolio, order_id)
    if found is None or found.bot_id is not None:
        raise UnknownOrder(order=str(order_id))
    told = (found.spec or {}).get("ticket")
    if found.purpose != Intent.Purpose.ENTRY or found.state not in IN_FLIGHT or told is None:
        raise NotWaiting(order=str(order_id), state=found.state)
    return found


def _kept(old: Intent, before: Ticket, ticket: Ticket) -> Kept | None:
    """The entry of the order that was cancelled just now, if nothing of the entry itself is changed but its size."""
    if any(getattr(before, field) != getattr(ticket, field) for field in _OF_ENTRY):
        return None
    working = Order.objects.values_list("working", flat=True).get(intent=old)  # read again: it may have met a candle
    told = cast("dict[str, Any]", old.spec)
    return Kept(cast("Bracket", read_spec(told["order"])).entry, told["last"], working)


def _require_before_it_is_given_up(kept: Kept, bracket: Bracket, desk: Desk, instrument_id: str) -> None:
    """Raise BadTicket where a trailing entry could buy below its own stop: the market has been there already."""
    if ticket_trails := [leg for leg in states_of(_entry_state(kept)) if leg.extreme]:
        instrument, (*_, last) = desk.prices[instrument_id]
        lowest = min(last, *(leg.extreme for leg in ticket_trails))
        if bracket.stop_ticks >= lowest:
            with in_units(instrument):
                raise wrong_side("stop_ticks", bracket.stop_ticks, lowest, max(lowest - 1, 1))


def _entry_state(kept: Kept) -> Any:
    return cast("BracketState", read_state(kept.working)).entry if kept.working else BracketState().entry


def _say(intent: Intent, before: Ticket, after: Ticket, portfolio: Portfolio, actor: User) -> None:
    old, new = before.as_json(), after.as_json()
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(
        actor=actor,
        action="order.amended",
        object=intent,
        before={name: old.get(name) for name in names},
        after={**{name: new.get(name) for name in names}, **whose},
    )
