"""ccxt's unified dictionaries as our values. A field that must be there and is not raises: then there is no answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cryptouniverse.kernel.market import Side
from trading.exchanges.types import ExchangeMarket, VenueBalance, VenueOrder, VenueStatus, VenueTrade

Unified = Mapping[str, Any]

_STATUSES = {
    None: VenueStatus.OPEN,  # an acknowledgement without a state: it is there, more is not known
    "open": VenueStatus.OPEN,
    "canceling": VenueStatus.OPEN,
    "closed": VenueStatus.FILLED,
    "canceled": VenueStatus.CANCELLED,
    "expired": VenueStatus.EXPIRED,
    "rejected": VenueStatus.REJECTED,
}


def exact(value: object) -> Decimal:
    """`value` as an exact finite number. Raises ValueError for anything else, nothing included."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def exact_or_none(value: object) -> Decimal | None:
    """`value` as an exact number above zero; None where the venue states none."""
    number = None if value is None else exact(value)
    return number if number else None


def order_of(unified: Unified, *, client_order_id: str, limit_price: object) -> VenueOrder:
    """An order. client_order_id, limit_price: as the venue's profile reads them. Raises ValueError, KeyError."""
    if not unified["id"]:
        raise ValueError("an order without an id")
    quantity = exact(unified["amount"])
    trades = (trade_of(trade, of=unified) for trade in unified.get("trades") or ())
    return VenueOrder(
        venue_order_id=str(unified["id"]),
        client_order_id=client_order_id,
        symbol=unified["symbol"],
        side=Side(unified["side"]),
        status=_STATUSES[unified["status"]],
        quantity=quantity,
        executed=exact(unified.get("filled") or 0),
        created_ms=int(unified["timestamp"] or 0),
        limit_price=exact_or_none(limit_price),
        stop_price=exact_or_none(unified.get("triggerPrice")),
        trades=tuple(trades),
    )


def trade_of(unified: Unified, *, of: Unified | None = None) -> VenueTrade:
    """A trade. of: the order whose answer it came with, which says what the trade itself leaves out."""
    order = of or {}
    fee = unified.get("fee") or {}
    return VenueTrade(
        trade_id=f"{_there(unified['symbol'])}:{_there(unified['id'])}",
        venue_order_id=str(_there(unified.get("order") or order.get("id"))),
        symbol=unified["symbol"],
        side=Side(_there(unified.get("side") or order.get("side"))),
        price=exact(unified["price"]),
        quantity=exact(unified["amount"]),
        fee=exact(fee.get("cost") or 0),
        fee_currency=str(fee.get("currency") or ""),
        at_ms=int(_there(unified.get("timestamp") or order.get("lastUpdateTimestamp") or order.get("timestamp"))),
        maker=unified.get("takerOrMaker") == "maker",
    )


def balances_of(unified: Unified) -> dict[str, VenueBalance]:
    """Assets of which there is any."""
    assets = {
        asset: VenueBalance(free=exact(free or 0), locked=exact(unified["used"].get(asset) or 0))
        for asset, free in unified["free"].items()
    }
    return {asset: balance for asset, balance in assets.items() if balance.free or balance.locked}


def market_of(market: Unified) -> ExchangeMarket:
    """A pair with the venue's own units, which need not be powers of ten."""
    limits = market["limits"]
    return ExchangeMarket(
        symbol=market["symbol"],
        base=market["base"],
        quote=market["quote"],
        tick=exact(market["precision"]["price"]),
        step=exact(market["precision"]["amount"]),
        min_notional=exact(limits["cost"]["min"] or 0),
        max_notional=exact_or_none(limits["cost"]["max"]),
        quantity_min=exact_or_none(limits["amount"]["min"]),
        quantity_max=exact_or_none(limits["amount"]["max"]),
        market_quantity_max=exact_or_none((limits.get("market") or {}).get("max")),
        price_min=exact_or_none(limits["price"]["min"]),
        price_max=exact_or_none(limits["price"]["max"]),
    )


def _there(value: Any) -> Any:
    if value is None:
        raise ValueError("a field that must be there is not")
    return value
