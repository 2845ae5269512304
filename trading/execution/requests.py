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
    """What kind of order an intent is sent as. trigger: of a stop, or where a trailing one begins; visible: of an
    iceberg; trail_bps: of a trailing one; pair: the limit of the other order, where it is a pair.
    """

    kind: OrderKind
    time_in_force: TimeInForce = TimeInForce.GTC
    trigger: Decimal | None = None
    visible: Decimal | None = None
    trail_bps: int = 0
    pair: Decimal | None = None

    def as_json(self) -> dict[str, str | int]:
        """As it is kept in an intent's `spec`, under "venue"."""
        told: dict[str, str | int] = {"kind": self.kind.value, "time_in_force": self.time_in_force.value}
        prices = {name: getattr(self, name) for name in _PRICES}
        told |= {name: f"{price:f}" for name, price in prices.items() if price is not None}
        return told | ({"trail_bps": self.trail_bps} if self.trail_bps else {})


_LIMITED = {OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TRAILING}
_PRICES = ("trigger", "visible", "pair")
AT_ONCE = Asked(OrderKind.LIMIT, TimeInForce.IOC)
RESTING = Asked(OrderKind.LIMIT)


def asked_by(spec: Mapping[str, Any] | None) -> Asked:
    """What an entry's intent asks of the venue; without a word a limit order that fills at once or not at all."""
    said = (spec or {}).get("venue")
    if said is None:
        return AT_ONCE
    prices = {name: Decimal(said[name]) for name in _PRICES if name in said}
    return Asked(
        OrderKind(said["kind"]), TimeInForce(said["time_in_force"]), trail_bps=said.get("trail_bps", 0), **prices
    )


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
    target_price: Decimal | None = None,
    is_line: bool = False,
) -> OrderRequest | str:
    """The request for an intent, or why there can be none: "too_small", "not_traded", or the limit that it breaks.

    An entry is what its spec asks for, at no worse a price than was reserved. An exit sells at the market. Protection
    is a stop that rests there, with its target where the venue takes pairs.
    """
    if market is None:
        return NOT_TRADED
    asked = _line_asked(purpose, spec) if is_line else _asked(purpose, spec, stop_price, target_price)
    limit = limit_price if asked.kind in _LIMITED else None
    try:
        fit = quantise(
            market=market, side=side, kind=asked.kind, quantity=quantity, limit_price=limit, stop_price=asked.trigger
        )
        pair = _pair(asked, market, side, fit.quantity, is_needed=purpose == "entry")
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
        visible_quantity=_visible(asked, market, fit.quantity),
        trail_bps=asked.trail_bps,
        pair_price=pair,
    )


def _line_asked(purpose: str, spec: Mapping[str, Any] | None) -> Asked:
    """What a line of a bot that keeps orders is sent as: it rests at its limit, whichever way it trades. Its stop was
    met here, and sells.
    """
    if (spec or {}).get("kind") == "limit":
        return RESTING
    return AT_ONCE if purpose == "entry" else Asked(OrderKind.MARKET)


def _asked(purpose: str, spec: Mapping[str, Any] | None, stop: Decimal | None, target: Decimal | None) -> Asked:
    if purpose == "exit":
        return Asked(OrderKind.MARKET)
    return Asked(OrderKind.STOP, trigger=stop, pair=target) if purpose == "protect" else asked_by(spec)


def _pair(asked: Asked, market: ExchangeMarket, side: Side, quantity: Decimal, *, is_needed: bool) -> Decimal | None:
    """The limit of the other order as the venue takes it. Without one that it takes a stop protects alone."""
    if asked.pair is None:
        return None
    try:
        return quantise(
            market=market, side=side, kind=OrderKind.LIMIT, quantity=quantity, limit_price=asked.pair
        ).limit_price
    except OrderRefused:
        if is_needed:
            raise
        return None


def _visible(asked: Asked, market: ExchangeMarket, quantity: Decimal) -> Decimal | None:
    """What an iceberg shows, on the step; None where that is all of it."""
    if asked.visible is None:
        return None
    shown = asked.visible // market.step * market.step
    return shown if 0 < shown < quantity else None
