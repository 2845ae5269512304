"""Leaving positions because somebody says so: one by hand, or all that an emergency is about. Nothing holds it back.

What is sold short stands against coins, and its bot buys it back at its book once those are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from trading.execution.errors import BadTicket, SoldShort
from trading.execution.grid import steps_of
from trading.execution.models import Intent
from trading.execution.services.record import record_intents
from trading.execution.services.venue_fills import market_slot_ms
from trading.execution.types import IntentDraft
from trading.marketdata.selectors import instruments

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

EMERGENCY = "flatten"
BY_HAND = "by_hand"
_STAYING = """
    SELECT s.id, s.public_id, s.portfolio_id, s.bot_id, s.instrument_id, s.quantity,
           (SELECT count(*) FROM trading_execution_intent i WHERE i.position_id = s.id AND i.purpose = 'exit')
    FROM trading_portfolio_position s
    WHERE s.closed_slot_ms IS NULL AND s.quantity > 0 AND (s.portfolio_id = ANY(%s) OR s.bot_id = ANY(%s) OR s.public_id
    = ANY(%s)) AND NOT EXISTS (SELECT 1 FROM trading_execution_intent i WHERE i.position_id = s.id AND i.purpose =
    'exit' AND i.state IN ('recorded', 'sending', 'acked'))
    ORDER BY s.id FOR NO KEY UPDATE OF s
"""

_SHORT = """
    SELECT instrument_id FROM trading_portfolio_position
    WHERE public_id = %s AND closed_slot_ms IS NULL AND quantity < 0
"""


def leave_everything(portfolio_pks: Collection[int], *, bot_ids: Collection[UUID] = ()) -> int:
    """Record an exit for each open position of these portfolios and bots that is not being left; how many.

    In the caller's transaction. Asking again records nothing twice.
    """
    if not portfolio_pks and not bot_ids:
        return 0
    return _leave(query(_STAYING, [list(portfolio_pks), list(bot_ids), []]), reason=EMERGENCY)


@transaction.atomic
def leave_by_hand(
    *, portfolio: Portfolio, position_id: UUID, actor: User, quantity: Decimal | None = None, key: str = ""
) -> bool:
    """A person closes a position, at the market, or `quantity` of it; False where it is being left already.

    What is left of it stays protected. key: with the same one a part is sold once, however long ago. Audited as
    "position.left". The caller has found the position in this portfolio.
    Raises BadTicket for a part that is not on the instrument's grid or more than is held, SoldShort for what is short.
    """
    rows = query(_STAYING, [[], [], [position_id]])
    if not rows and (short := query(_SHORT, [position_id])):
        raise SoldShort(short[0][0])
    intent_id = uuid5(position_id, key) if key else None
    if intent_id and Intent.objects.filter(public_id=intent_id).exists():
        return False
    if not _leave(rows, reason=BY_HAND, part=_part_of(rows, quantity), intent_id=intent_id):
        return False
    after: dict[str, object] = {"by": BY_HAND, **on_behalf(actor=actor, owner_id=portfolio.owner.public_id)}
    if quantity is not None:
        after["quantity"] = f"{quantity:f}"
    record(actor=actor, action="position.left", object=("position", position_id), after=after)
    return True


def _part_of(rows: Sequence[tuple[Any, ...]], quantity: Decimal | None) -> Decimal | None:
    """`quantity` as a part of what is held, None for all of it."""
    if quantity is None or not rows:
        return None
    instrument_id, held = rows[0][4:6]
    steps_of(quantity, instruments({instrument_id})[instrument_id])
    if quantity > held:
        said = _("There are %(limit)s to sell, not %(value)s.")
        raise BadTicket(said, field="quantity", value=f"{quantity:f}", limit=f"{held:f}", nearest=f"{held:f}")
    return quantity if quantity < held else None


def _leave(
    rows: Sequence[tuple[Any, ...]], *, reason: str, part: Decimal | None = None, intent_id: UUID | None = None
) -> int:
    drafts = [
        IntentDraft(
            id=intent_id or derived_id(reason, public_id, exits),
            portfolio_pk=portfolio_pk,
            purpose=Intent.Purpose.EXIT,
            side=Side.SELL,
            instrument_id=instrument_id,
            quantity=part or quantity,
            bot_id=bot_id,
            position_pk=pk,
            reason=reason,
            partial=part is not None,
        )
        for pk, public_id, portfolio_pk, bot_id, instrument_id, quantity, exits in rows
    ]
    return len(record_intents(drafts=drafts, slot_ms=market_slot_ms(), unless_leaving=True)) if drafts else 0
