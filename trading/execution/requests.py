"""From an intent to what a venue is asked for: which kind of order, and in the venue's units. Pure."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.market import Side
from trading.exchanges.errors import OrderRefused
from trading.exchanges.services import quantise
from trading.exchanges.types import ExchangeMarket, OrderKind, OrderRequest, TimeInForce

TOO_SMALL = "too_small"
NOT_TRADED = "not_traded"
_TOO_LITTLE = {"quantity_min", "min_notional"}


def request_for(
    *,
    market: ExchangeMarket | None,
    purpose: str,
    side: Side,
    quantity: Decimal,
    limit_price: Decimal | None,
    stop_price: Decimal | None,
    client_order_id: str,
    signed_at_ms: int,
    window_ms: int,
) -> OrderRequest | str:
    """The request for an intent, or why there can be none: "too_small", "not_traded", or the limit that it breaks.

    An entry is a limit order that fills at once or not at all, at the worst price that was reserved. An exit is a
    market order. Protection is a stop that rests at the venue.
    """
    if market is None:
        return NOT_TRADED
    kind = {"entry": OrderKind.LIMIT, "exit": OrderKind.MARKET, "protect": OrderKind.STOP}[purpose]
    try:
        fit = quantise(
            market=market,
            side=side,
            kind=kind,
            quantity=quantity,
            limit_price=limit_price if kind is OrderKind.LIMIT else None,
            stop_price=stop_price if kind is OrderKind.STOP else None,
        )
    except OrderRefused as refused:
        return TOO_SMALL if refused.facts["limit"] in _TOO_LITTLE else str(refused.message)[:200]
    return OrderRequest(
        client_order_id=client_order_id,
        symbol=market.symbol,
        side=side,
        kind=kind,
        quantity=fit.quantity,
        signed_at_ms=signed_at_ms,
        window_ms=window_ms,
        limit_price=fit.limit_price if kind is OrderKind.LIMIT else None,
        stop_price=fit.stop_price if kind is OrderKind.STOP else None,
        time_in_force=TimeInForce.IOC if kind is OrderKind.LIMIT else TimeInForce.GTC,
        reduces=purpose != "entry",
    )
