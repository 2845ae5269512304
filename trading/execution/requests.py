"""From an intent to what a venue is asked for: which kind of order, and in the venue's units. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptouniverse.kernel.market import Side
from trading.exchanges.errors import OrderRefused
from trading.exchanges.services import quantise
from trading.exchanges.types import ExchangeMarket, OrderKind, OrderRequest, TimeInForce

TOO_SMALL = "too_small"
NOT_TRADED = "not_traded"
_TOO_LITTLE = {"quantity_min", "min_notional"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What kind of order an intent is sent as. trigger: of a stop; visible: of an iceberg."""

    kind: OrderKind
    time_in_force: TimeInForce = TimeInForce.GTC
    trigger: Decimal | None = None
    visible: Decimal | None = None

    def as_json(self) -> dict[str, str]:
        """As it is kept in an intent's `spec`, under "venue"."""
        told = {"kind": self.kind.value, "time_in_force": self.time_in_force.value}
        if self.trigger is not None:
            told["trigger"] = f"{self.trigger:f}"
        if self.visible is not None:
            told["visible"] = f"{self.visible:f}"
        return told


AT_ONCE = Asked(OrderKind.LIMIT, TimeInForce.IOC)


def asked_by(spec: Mapping[str, Any] | None) -> Asked:
    """What an entry's intent asks of the venue; without a word a limit order that fills at once or not at all."""
    said = (spec or {}).get("venue")
    if said is None:
        return AT_ONCE
    prices = {name: Decimal(said[name]) for name in ("trigger", "visible") if name in said}
    return Asked(OrderKind(said["kind"]), TimeInForce(said["time_in_force"]), **prices)


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
    spec: Mapping[str, Any] | None = None,
) -> OrderRequest | str:
    """The request for an intent, or why there can be none: "too_small", "not_traded", or the limit that it breaks.

    An entry is what its spec asks for, never worse than the price that was reserved. An exit is a market order.
    Protection is a stop that rests at the venue.
    """
    if market is None:
        return NOT_TRADED
    ways_out = {"exit": Asked(OrderKind.MARKET), "protect": Asked(OrderKind.STOP, trigger=stop_price)}
    asked = ways_out.get(purpose) or asked_by(spec)
    has_limit = asked.kind in {OrderKind.LIMIT, OrderKind.STOP_LIMIT}
    try:
        fit = quantise(
            market=market,
            side=side,
            kind=asked.kind,
            quantity=quantity,
            limit_price=limit_price if has_limit else None,
            stop_price=asked.trigger,
        )
        visible = _visible(asked, market, fit.quantity)
    except OrderRefused as refused:
        return TOO_SMALL if refused.facts["limit"] in _TOO_LITTLE else str(refused.message)[:200]
    return OrderRequest(
        client_order_id=client_order_id,
        symbol=market.symbol,
        side=side,
        kind=asked.kind,
        quantity=fit.quantity,
        signed_at_ms=signed_at_ms,
        window_ms=window_ms,
        limit_price=fit.limit_price,
        stop_price=fit.stop_price,
        time_in_force=asked.time_in_force,
        reduces=purpose != "entry",
        visible_quantity=visible,
    )


def _visible(asked: Asked, market: ExchangeMarket, quantity: Decimal) -> Decimal | None:
    """What an iceberg shows, on the step; None where that is all of it."""
    if asked.visible is None:
        return None
    shown = asked.visible // market.step * market.step
    return shown if 0 < shown < quantity else None
