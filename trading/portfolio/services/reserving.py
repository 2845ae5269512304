"""Setting cash aside for entries in flight, and giving it back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cryptouniverse.kernel.bulk import write
from trading.portfolio.selectors import lock_portfolios

_MOVE = """
    UPDATE trading_portfolio_portfolio AS p SET reserved = p.reserved + v.amount
    FROM unnest(%s::bigint[], %s::numeric[]) AS v (id, amount) WHERE p.id = v.id
"""


def reserve(amounts: Mapping[int, Decimal]) -> None:
    """Add to what each portfolio (by key) has reserved; the caller holds their locks. The database refuses more than
    its cash.
    """
    if amounts:
        write(_MOVE, [list(amounts), list(amounts.values())])


def release(amounts: Mapping[int, Decimal]) -> None:
    """Take back what `reserve` had added, under the portfolios' locks, which are taken in key order."""
    if amounts:
        lock_portfolios(amounts.keys())
    reserve({pk: -amount for pk, amount in amounts.items()})
