"""Leaving positions because somebody says so: one by hand, or all that an emergency is about. Nothing holds it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.bulk import query
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side
from tenants.audit.services import record
from trading.execution.models import Intent
from trading.execution.services.record import record_intents
from trading.execution.services.venue_fills import market_slot_ms
from trading.execution.types import IntentDraft

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

EMERGENCY = "flatten"
BY_HAND = "by_hand"
_STAYING = """
    SELECT s.id, s.public_id, s.portfolio_id, s.bot_id, s.instrument_id, s.quantity,
           (SELECT count(*) FROM trading_execution_intent i WHERE i.position_id = s.id AND i.purpose = 'exit')
    FROM trading_portfolio_position s
    WHERE s.closed_slot_ms IS NULL AND (s.portfolio_id = ANY(%s) OR s.bot_id = ANY(%s) OR s.public_id = ANY(%s))
      AND NOT EXISTS (SELECT 1 FROM trading_execution_intent i WHERE i.position_id = s.id AND i.purpose = 'exit'
                      AND i.state IN ('recorded', 'sending', 'acked'))
    ORDER BY s.id FOR NO KEY UPDATE OF s
"""


def leave_everything(portfolio_pks: Collection[int], *, bot_ids: Collection[UUID] = ()) -> int:
    """Record an exit for each open position of these portfolios and bots that is not being left; how many.

    In the caller's transaction. Asking again records nothing twice.
    """
    if not portfolio_pks and not bot_ids:
        return 0
    return _leave(query(_STAYING, [list(portfolio_pks), list(bot_ids), []]), reason=EMERGENCY)


@transaction.atomic
def leave_by_hand(*, portfolio: Portfolio, position_id: UUID, actor: User) -> bool:
    """A person closes a position, at the market; False where it is being left already. Audited as "position.left".

    The caller has found the position in this portfolio.
    """
    if not _leave(query(_STAYING, [[], [], [position_id]]), reason=BY_HAND):
        return False
    after = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action="position.left", object=("position", position_id), after={"by": BY_HAND, **after})
    return True


def _leave(rows: Sequence[tuple[Any, ...]], *, reason: str) -> int:
    drafts = [
        IntentDraft(
            id=derived_id(reason, public_id, exits),
            portfolio_pk=portfolio_pk,
            purpose=Intent.Purpose.EXIT,
            side=Side.SELL,
            instrument_id=instrument_id,
            quantity=quantity,
            bot_id=bot_id,
            position_pk=pk,
            reason=reason,
        )
        for pk, public_id, portfolio_pk, bot_id, instrument_id, quantity, exits in rows
    ]
    return len(record_intents(drafts=drafts, slot_ms=market_slot_ms())) if drafts else 0
