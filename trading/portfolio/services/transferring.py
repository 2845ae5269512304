"""Moving cash between two portfolios of one owner on paper: booked once, and no profit or loss to either."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import write
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit.services import record
from trading.portfolio.errors import BadTransfer, NotEnoughCash, NotYours, TransferKeyReused
from trading.portfolio.models import Portfolio, Transfer
from trading.portfolio.selectors import lock_portfolios

if TYPE_CHECKING:
    from accounts.users.models import User

# Worth, peak and the day's start move with the cash: a transfer is neither a profit, nor a loss, nor a drawdown.
_MOVE = """
    UPDATE trading_portfolio_portfolio AS p
    SET cash = p.cash + v.amount, transferred = p.transferred + v.amount, equity = p.equity + v.amount,
        equity_peak = p.equity_peak + v.amount, day_start_equity = p.day_start_equity + v.amount
    FROM unnest(%s::bigint[], %s::numeric[]) AS v (id, amount) WHERE p.id = v.id
"""
_FINEST = Decimal("0.00000001")


@transaction.atomic
def transfer_cash(*, source: Portfolio, target: Portfolio, amount: Decimal, key: str, actor: User) -> Transfer:
    """Move `amount` of free cash, once for this key; audited as "cash.transferred".

    amount: above zero, at most 8 decimals. Raises NotYours unless both are the actor's own, BadTransfer for portfolios
    that are not two on paper in one currency, NotEnoughCash, TransferKeyReused; then nothing is written.
    """
    _check(source, target, amount, actor)
    locked = lock_portfolios([source.pk, target.pk])  # in key order: a twin request waits here
    if earlier := Transfer.objects.filter(owner=actor, key=key).first():
        if (earlier.source_id, earlier.target_id, earlier.amount) != (source.pk, target.pk, amount):
            raise TransferKeyReused()
        return earlier
    free = locked[source.pk].cash - locked[source.pk].reserved
    if amount > free:
        raise NotEnoughCash(free=str(free), asked=str(amount))
    write(_MOVE, [[source.pk, target.pk], [-amount, amount]])
    row = Transfer.objects.create(
        owner=actor, source=source, target=target, amount=amount, currency=source.currency, key=key,
        booked_at=clock.now(),
    )  # fmt: skip
    after = {"from": str(source.public_id), "to": str(target.public_id), "amount": str(amount)}
    record(actor=actor, action="cash.transferred", object=row, after={**after, "currency": source.currency})
    return row


def _check(source: Portfolio, target: Portfolio, amount: Decimal, actor: User) -> None:
    if {source.owner_id, target.owner_id} != {actor.pk}:
        raise NotYours()
    if source.pk == target.pk or {source.kind, target.kind} != {Portfolio.Kind.PAPER}:
        raise BadTransfer(_("Cash moves between two portfolios on paper."))
    if source.currency != target.currency:
        raise BadTransfer(_("Both portfolios must count in the same currency."))
    if amount <= 0 or amount % _FINEST:
        raise BadTransfer(_("The amount is above zero, with 8 decimals at most."))
