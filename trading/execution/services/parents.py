"""Orders over time by hand: begun, held up, gone on with, ended. What is due is sent by `carrying.py`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid5

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said, told
from tenants.audit.services import record
from trading.algorithms import Parent, begun, cancel, parent_from, parent_told, pause, resume, state_from, state_told
from trading.execution.errors import BadTicket, NoPriceNow, RefusedByRisk, UnknownOrder
from trading.execution.market import bars_until_now, market_now_ms
from trading.execution.models import Intent, ParentOrder
from trading.execution.over_time import OverTime, parent_of
from trading.execution.selectors import IN_FLIGHT
from trading.execution.services.carrying import refused_now
from trading.execution.services.leaving import BY_HAND
from trading.execution.services.stop import cancel_entries
from trading.marketdata.selectors import feed_state, prices_at, require_spot
from trading.risk.selectors import meaning_of
from trading.risk.types import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio, Position


@transaction.atomic
def begin_over_time(
    *,
    portfolio: Portfolio,
    actor: User,
    instrument_id: str,
    asked: OverTime,
    key: str,
    position: Position | None = None,
) -> ParentOrder:
    """Begin an order over time, once per `key`; audited as "order.begun". Each of its children meets the gate.

    position: what a seller sells from; the caller has found it in the portfolio. Raises BadTicket, BadAlgorithm,
    UnknownAlgorithm, NoPriceNow, and RefusedByRisk where not even the smallest child would pass now.
    """
    public_id = uuid5(portfolio.public_id, f"parent:{key}")
    if found := ParentOrder.objects.filter(public_id=public_id).first():
        return found
    parent = read_over_time(instrument_id=instrument_id, asked=asked, key=public_id.hex, position=position)
    row, made = ParentOrder.objects.get_or_create(
        public_id=public_id,
        defaults={
            "portfolio": portfolio,
            "position": position,
            "instrument_id": instrument_id,
            "kind": asked.kind,
            "side": asked.side.value,
            "quantity": asked.quantity,
            "limit_price": asked.limit_price,
            "stop_price": asked.stop_price,
            "target_price": asked.target_price,
            "terms": parent_told(parent),
            "state": state_told(begun(parent)),
            "started_at": clock.now(),
        },
    )
    if made:
        if asked.side is Side.BUY and (refusal := refused_now(row)):
            raise _refused(refusal, asked.quantity)
        after = {"instrument": instrument_id, "kind": asked.kind, "side": asked.side.value}
        _say("order.begun", row, portfolio, actor, {**after, "quantity": f"{asked.quantity:f}"})
    return row


def read_over_time(*, instrument_id: str, asked: OverTime, key: str, position: Position | None) -> Parent:
    """What `begin_over_time` would begin now. Raises as it does."""
    require_spot([instrument_id])
    feed = feed_state()
    found = prices_at([instrument_id], feed.timeframe, slot_ms=feed.cursor_ms).get(instrument_id)
    if found is None:
        raise NoPriceNow(instrument=instrument_id)
    instrument, (*_prices, last) = found
    if asked.side is Side.SELL and (position is None or position.instrument_id != instrument_id):
        raise BadTicket(_("A sale says the position that it sells from."), field="position", nearest="")
    if position is not None and asked.side is Side.SELL and asked.quantity > position.quantity:
        facts = {"value": f"{asked.quantity:f}", "limit": f"{position.quantity:f}", "nearest": f"{position.quantity:f}"}
        raise BadTicket(_("There are %(limit)s to sell, not %(value)s."), field="quantity", **facts)
    now_ms = market_now_ms(feed)
    bars = bars_until_now(instrument_id, feed)
    return parent_of(asked, instrument, key=key, now_ms=now_ms, last=last, bars=bars)


@transaction.atomic
def hold_up(*, row: ParentOrder, actor: User, reason: str) -> ParentOrder:
    """Send nothing more until it is gone on with; audited as "order.paused". What is at the market is withdrawn.

    Whatever the reason says, it is told apart from a mode's, which goes on by itself.
    """
    locked = _locked(row)
    state = pause(state_from(locked.state), f"{BY_HAND}: {reason}")
    return _changed(locked, state_told(state), "order.paused", actor, {"reason": reason})


@transaction.atomic
def go_on(*, row: ParentOrder, actor: User) -> ParentOrder:
    """Go on; what was missed is caught up as its terms say. Audited as "order.resumed"."""
    locked = _locked(row)
    state = resume(parent_from(locked.terms), state_from(locked.state), market_now_ms(feed_state()))
    return _changed(locked, state_told(state), "order.resumed", actor, {}, withdraws=False)


@transaction.atomic
def end_over_time(*, row: ParentOrder, actor: User) -> ParentOrder:
    """Send nothing more, ever; what was filled stays. Again is harmless. Audited as "order.ended"."""
    locked = _locked(row, ended=True)
    if locked.ended_at is not None or state_from(locked.state).finished:
        return locked
    state = cancel(parent_from(locked.terms), state_from(locked.state))
    return _changed(locked, state_told(state), "order.ended", actor, {})


def _refused(refusal: Refusal, asked: Decimal) -> RefusedByRisk:
    meaning = said(meaning_of(refusal.rule))
    facts = {"rule": refusal.rule, "limit": told(refusal.limit), "value": told(refusal.value), "level": refusal.level}
    words = _("The limits allow none of it now. %(meaning)s")
    return RefusedByRisk(words, **facts, meaning=meaning, asked=f"{asked:f}", nearest="0")


def _locked(row: ParentOrder, *, ended: bool = False) -> ParentOrder:
    rows = ParentOrder.objects.select_for_update(of=("self",), no_key=True).select_related("portfolio__owner")
    found = rows.get(pk=row.pk)
    if found.ended_at is not None and not ended:
        raise UnknownOrder(order=str(row.public_id))
    return found


def _changed(
    row: ParentOrder,
    state: dict[str, object],
    action: str,
    actor: User,
    after: dict[str, object],
    *,
    withdraws: bool = True,
) -> ParentOrder:
    row.state = state
    row.save(update_fields=["state"])
    if withdraws:
        waiting = Intent.objects.filter(parent=row, purpose=Intent.Purpose.ENTRY, state__in=IN_FLIGHT)
        cancel_entries([row.portfolio_id], BY_HAND, intent_pks=list(waiting.values_list("pk", flat=True)))
    _say(action, row, row.portfolio, actor, after)
    return row


def _say(action: str, row: ParentOrder, portfolio: Portfolio, actor: User, after: dict[str, object]) -> None:
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action=action, object=("order", row.public_id), after={**after, **whose})
