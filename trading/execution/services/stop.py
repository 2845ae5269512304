"""One switch stops everything: no entry leaves, those on the way are withdrawn; exits and stops go on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from accounts.teams.selectors import on_behalf
from tenants.audit.services import record
from trading.execution.models import Intent, Order
from trading.execution.selectors import IN_FLIGHT
from trading.portfolio.services import release
from trading.risk.selectors import lock_stop
from trading.risk.services import resume_trading, stop_trading

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio
    from trading.risk.models import RiskLimits

NAME_MAX = 60  # of who stopped it


@transaction.atomic
def stop_everything(*, portfolio: Portfolio, by: str, reason: str) -> int:
    """Stop the portfolio's trading and withdraw its entries in flight; how many were withdrawn.

    The limits' row is locked first, as every cycle and every sending does: after the commit no entry is recorded and
    none is sent. On an exchange, an entry that is on its way is not ours to end here: it fills at once or not at all,
    and the trader learns what became of it.
    """
    stop_trading(portfolio=portfolio, by=by, reason=reason)
    return _withdraw(portfolio, "stop_switch")


@transaction.atomic
def withdraw_entries_of(*, portfolio: Portfolio, bot_id: UUID, reason: str) -> int:
    """Withdraw one bot's entries in flight, as `stop_everything` does; how many. The caller has locked the limits."""
    return _withdraw(portfolio, reason, bot_id=bot_id)


def _withdraw(portfolio: Portfolio, reason: str, **which: UUID) -> int:
    states = IN_FLIGHT if portfolio.connection_id is None else (Intent.State.RECORDED,)
    entries = Intent.objects.filter(portfolio=portfolio, purpose=Intent.Purpose.ENTRY, state__in=states, **which)
    found = list(entries.select_for_update(no_key=True).order_by("pk").values_list("pk", "reserved"))
    pks = [pk for pk, _ in found]
    Order.objects.filter(intent__in=pks, state=Order.State.OPEN).update(state=Order.State.CANCELLED, reason=reason)
    Intent.objects.filter(pk__in=pks).update(state=Intent.State.CANCELLED)
    if freed := sum(reserved for _, reserved in found):
        release({portfolio.pk: freed})
    return len(pks)


@transaction.atomic
def stop_for(*, portfolio: Portfolio, actor: User, reason: str) -> int:
    """`stop_everything` by a person, audited as "trading.stopped"; how many entries were withdrawn."""
    before = lock_stop(portfolio)
    withdrawn = stop_everything(portfolio=portfolio, by=actor.get_full_name()[:NAME_MAX], reason=reason)
    _say("trading.stopped", portfolio, actor, before, {"stopped": True, "reason": reason})
    return withdrawn


@transaction.atomic
def resume_for(*, portfolio: Portfolio, actor: User, reason: str) -> RiskLimits:
    """`resume_everything` by a person, audited as "trading.resumed"."""
    before = lock_stop(portfolio)
    limits = resume_everything(portfolio=portfolio, by=actor.get_full_name()[:NAME_MAX], reason=reason)
    _say("trading.resumed", portfolio, actor, before, {"stopped": False, "reason": reason})
    return limits


def _say(action: str, portfolio: Portfolio, actor: User, before: dict[str, object], after: dict[str, object]) -> None:
    whose = on_behalf(actor=actor, owner_id=portfolio.owner.public_id)
    record(actor=actor, action=action, object=portfolio, before=before, after={**after, **whose})


def resume_everything(*, portfolio: Portfolio, by: str, reason: str) -> RiskLimits:
    """Re-arm the portfolio's trading. Raises ReasonMissing without a reason."""
    return resume_trading(portfolio=portfolio, by=by, reason=reason)
