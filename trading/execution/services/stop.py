"""Stopping trading, on any level: no entry leaves, those on the way are withdrawn, and what the mode says is done.

Limits are locked first, as every cycle and every sending does: after the commit no entry is recorded and none is sent.
On an exchange, an entry that is on its way is not ours to end here: most fill at once or not at all, those that rest
are marked as unwanted, and the trader cancels them and learns what became of them. Needs PostgreSQL alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.events.services import publish_on_commit
from tenants.audit.services import record
from trading.ceilings.types import Level, Mode
from trading.execution.services.leaving import leave_everything
from trading.execution.services.record import tell_trader
from trading.portfolio.services import release
from trading.risk.events import TradingResumed, TradingStopped
from trading.risk.selectors import ceiling_of, lock_scope, lock_stop
from trading.risk.services import lift_ceiling_mode, resume_trading, set_ceiling_mode, stop_trading
from trading.risk.types import Scoped

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio
    from trading.risk.models import RiskLimits

NAME_MAX = 60  # of who stopped it
REASON = "stop_switch"
_ENTRIES = """
    SELECT i.id, i.portfolio_id, i.reserved, i.state = 'recorded' OR p.connection_id IS NULL
    FROM trading_execution_intent i
    JOIN trading_portfolio_portfolio p ON p.id = i.portfolio_id
    WHERE i.portfolio_id = ANY(%s) AND i.purpose = 'entry' AND (i.bot_id = %s OR %s) AND (i.bot_id IS NOT NULL OR %s)
      AND (i.id = ANY(%s) OR %s)
      AND (i.state = 'recorded' OR i.state IN ('sending', 'acked')
           AND (p.connection_id IS NULL OR i.spec IS NOT NULL AND i.unwanted = ''))
    ORDER BY i.id FOR NO KEY UPDATE OF i
"""
_CANCEL = """
    WITH gone AS (
        UPDATE trading_execution_intent SET state = 'cancelled' WHERE id = ANY(%s) RETURNING id
    )
    UPDATE trading_execution_order AS o SET state = 'cancelled', reason = %s, closed_at = %s FROM gone g
    WHERE o.intent_id = g.id AND o.state = 'open'
"""
_UNWANTED = "UPDATE trading_execution_intent SET unwanted = %s WHERE id = ANY(%s)"


@transaction.atomic
def stop_everything(
    *, portfolio: Portfolio, by: str, reason: str, mode: Mode = Mode.CLOSE_ONLY, cause: str = ""
) -> int:
    """Set the portfolio's mode and carry it out; how many entries were withdrawn. cause: the trigger, if one did it."""
    stop_trading(portfolio=portfolio, by=by, reason=reason, mode=mode, cause=cause)
    return carry_out([portfolio.pk], mode)


@transaction.atomic
def stop_for(*, portfolio: Portfolio, actor: User, reason: str, mode: Mode = Mode.CLOSE_ONLY) -> int:
    """`stop_everything` by a person, audited as "trading.stopped"; how many entries were withdrawn."""
    before = lock_stop(portfolio)
    withdrawn = stop_everything(portfolio=portfolio, by=actor.get_full_name()[:NAME_MAX], reason=reason, mode=mode)
    _say("trading.stopped", portfolio, actor, before, {"stopped": True, "mode": mode.value, "reason": reason})
    return withdrawn


@transaction.atomic
def resume_for(*, portfolio: Portfolio, actor: User, reason: str) -> RiskLimits:
    """`resume_everything` by a person, audited as "trading.resumed"."""
    before = lock_stop(portfolio)
    limits = resume_everything(portfolio=portfolio, by=actor.get_full_name()[:NAME_MAX], reason=reason)
    _say("trading.resumed", portfolio, actor, before, {"stopped": False, "reason": reason})
    return limits


def resume_everything(*, portfolio: Portfolio, by: str, reason: str) -> RiskLimits:
    """Re-arm the portfolio's trading. Raises ReasonMissing without a reason."""
    return resume_trading(portfolio=portfolio, by=by, reason=reason)


@transaction.atomic
def stop_level(
    *,
    level: Level,
    subject: UUID,
    actor: User,
    reason: str,
    mode: Mode,
    by_admin: bool,
    portfolio_id: UUID | None = None,
    whose: UUID | None = None,
) -> int:
    """Set the mode of a level above portfolios and carry it out on all of them; how many entries were withdrawn.

    portfolio_id: of a bot. whose: the person whose trading it is, if it is one's. Audited as "trading.stopped". Raises
    Invalid for the mode "normal".
    """
    found = _scope(level, subject, portfolio_id)
    name = actor.get_full_name()[:NAME_MAX]
    before = ceiling_of(level, subject).mode
    changed = set_ceiling_mode(level=level, subject=subject, by=name, reason=reason, mode=mode, by_admin=by_admin)
    withdrawn = carry_out([one.pk for one in found], mode, bot_id=subject if level is Level.BOT else None)
    _say_of_level(
        "trading.stopped", level, subject, actor, whose, {"mode": before}, {"mode": mode.value, "reason": reason}
    )
    if changed:
        publish_on_commit([TradingStopped(portfolio_id=one.public_id, owner_id=one.owner_id) for one in found])
    return withdrawn


@transaction.atomic
def resume_level(
    *,
    level: Level,
    subject: UUID,
    actor: User,
    reason: str,
    by_admin: bool,
    portfolio_id: UUID | None = None,
    whose: UUID | None = None,
) -> None:
    """Back to normal on this level; what other levels say still holds. Audited as "trading.resumed".

    Raises ReasonMissing, HeldByAdmin.
    """
    found = _scope(level, subject, portfolio_id)
    name = actor.get_full_name()[:NAME_MAX]
    before = ceiling_of(level, subject).mode
    changed = lift_ceiling_mode(level=level, subject=subject, by=name, reason=reason, by_admin=by_admin)
    after: dict[str, object] = {"mode": Mode.NORMAL.value, "reason": reason}
    _say_of_level("trading.resumed", level, subject, actor, whose, {"mode": before}, after)
    if changed:
        publish_on_commit([TradingResumed(portfolio_id=one.public_id, owner_id=one.owner_id) for one in found])


@transaction.atomic
def withdraw_entries_of(*, portfolio: Portfolio, bot_id: UUID, reason: str) -> int:
    """Withdraw one bot's entries in flight, as `stop_everything` does; how many. The caller has locked the limits."""
    return cancel_entries([portfolio.pk], reason, bot_id=bot_id)


def carry_out(portfolio_pks: Collection[int], mode: Mode, *, bot_id: UUID | None = None) -> int:
    """Do what a mode says in these portfolios, to one bot or to all; how many entries were withdrawn.

    In the caller's transaction, which holds the locks of their limits.
    """
    withdrawn = cancel_entries(portfolio_pks, REASON, bot_id=bot_id, by_hand=mode is not Mode.NO_ENTRIES)
    if mode is Mode.FLATTEN:
        leave_everything(portfolio_pks if bot_id is None else (), bot_ids=() if bot_id is None else (bot_id,))
    return withdrawn


def _scope(level: Level, subject: UUID, portfolio_id: UUID | None) -> list[Scoped]:
    if level is Level.BOT and portfolio_id is not None:
        return lock_scope(Level.PORTFOLIO, portfolio_id)
    return lock_scope(level, subject)


def cancel_entries(
    portfolio_pks: Collection[int],
    reason: str,
    *,
    bot_id: UUID | None = None,
    by_hand: bool = True,
    intent_pks: Collection[int] | None = None,
) -> int:
    """Cancel entries that wait and free their cash; how many. bot_id: one bot's. intent_pks: of these alone.

    Those that rest at an exchange count too: their end is asked for, and the cash is free once it is known. by_hand:
    those of people too. In the caller's transaction.
    """
    which = [[] if intent_pks is None else list(intent_pks), intent_pks is None]
    found = query(_ENTRIES, [list(portfolio_pks), bot_id, bot_id is None, by_hand, *which])
    if not found:
        return 0
    freed: dict[int, Decimal] = defaultdict(Decimal)
    ends_here = [row for row in found if row[3]]
    for _pk, portfolio_pk, reserved, _here in ends_here:
        freed[portfolio_pk] += reserved
    write(_CANCEL, [[pk for pk, *_ in ends_here], reason, clock.now()])
    release({pk: freed[pk] for pk in sorted(freed)})
    if resting := [row for row in found if not row[3]]:
        write(_UNWANTED, [reason, [pk for pk, *_ in resting]])
        tell_trader({portfolio_pk for _pk, portfolio_pk, *_ in resting})
    return len(found)


def _say(action: str, portfolio: Portfolio, actor: User, before: dict[str, object], after: dict[str, object]) -> None:
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action=action, object=portfolio, before=before, after={**after, **whose})


def _say_of_level(
    action: str,
    level: Level,
    subject: UUID,
    actor: User,
    whose: UUID | None,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    owner = on_behalf(actor=actor, owner_id=whose) if whose is not None else {}
    record(actor=actor, action=action, object=(level.value, subject), before=before, after={**after, **owner})
