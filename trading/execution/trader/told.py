"""What a connection's answers have told already, so that the stream's report of the same is not booked for nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from trading.exchanges.types import Accepted, VenueOrder, VenueStatus, VenueTrade
from trading.execution.types import Answered, News

KEPT_MAX: Final = 2_000


class Told:
    """Remembers the newest orders whose answers are in the books: a kept answer changes nothing when it comes again.

    Only a memory that saves work: what is forgotten, or told before a restart, is learnt once more.
    """

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._orders: OrderedDict[str, VenueOrder] = OrderedDict()

    def keep(self, learnt: Sequence[News]) -> None:
        """Remember the orders of answers that have been learnt, and committed."""
        for piece in learnt:
            if isinstance(piece, Answered) and isinstance(piece.outcome, Accepted):
                for order in piece.outcome.orders:
                    self._orders[order.venue_order_id] = order
                    self._orders.move_to_end(order.venue_order_id)
        while len(self._orders) > self._kept_max:
            self._orders.popitem(last=False)

    def news_in(self, pieces: Sequence[News]) -> list[News]:
        """What of `pieces` says more than has been told: more executed, another trade, an end."""
        return [piece for piece in pieces if not self._covers(piece)]

    def _covers(self, piece: News) -> bool:
        if isinstance(piece, VenueTrade):
            return piece.trade_id in self._trades_of(piece.venue_order_id)
        if not isinstance(piece, VenueOrder) or piece.venue_order_id not in self._orders:
            return False
        told = self._orders[piece.venue_order_id]
        return (
            piece.executed <= told.executed
            and _executed_of(told) >= told.executed  # else its trades are still looked for
            and (piece.status is VenueStatus.OPEN or piece.status is told.status)
            and {trade.trade_id for trade in piece.trades} <= self._trades_of(piece.venue_order_id)
        )

    def _trades_of(self, venue_order_id: str) -> set[str]:
        told = self._orders.get(venue_order_id)
        return {trade.trade_id for trade in told.trades} if told else set()


def _executed_of(order: VenueOrder) -> Decimal:
    return sum((trade.quantity for trade in order.trades), Decimal(0))
