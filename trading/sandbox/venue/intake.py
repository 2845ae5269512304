"""From a request's parameters to a ticket, with Binance's complaints about each of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trading.sandbox.venue import refusals
from trading.sandbox.venue.amounts import TooPreciseError, units
from trading.sandbox.venue.markets import DELISTED, ORDER_TYPES, Market
from trading.sandbox.venue.orders import BUY, FOK, GTC, IOC, SELL, Ticket

Params = Mapping[str, str]

NUMBER: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
CLIENT_ID: Final = r"^[a-zA-Z0-9-_]{1,36}$"
WINDOW_MS, WINDOW_MS_MAX = 5000, 60_000
RESPONSES: Final = ("ACK", "RESULT", "FULL")

_NUMBER, _CLIENT_ID = re.compile(NUMBER), re.compile(r"[a-zA-Z0-9\-_.:/]{1,36}")
# What each kind of order must have on top of symbol, side and type; stopPrice may be a trailingDelta instead.
_NEEDS: Final = {
    "LIMIT": ("timeInForce", "quantity", "price"),
    "LIMIT_MAKER": ("quantity", "price"),
    "MARKET": (),
    "STOP_LOSS": ("quantity",),
    "STOP_LOSS_LIMIT": ("timeInForce", "quantity", "price"),
    "TAKE_PROFIT": ("quantity",),
    "TAKE_PROFIT_LIMIT": ("timeInForce", "quantity", "price"),
}
_NOT_FOR_MARKET: Final = ("price", "stopPrice", "timeInForce", "icebergQty", "trailingDelta")


def ticket_of(markets: Mapping[str, Market], params: Params, kind: str | None = None) -> Ticket:
    """The order that `params` ask for. Raises Refusal for the first parameter that is missing, odd or too much."""
    market = market_of(markets, params)
    side = required(params, "side")
    kind = kind or required(params, "type")
    if side not in {BUY, SELL}:
        raise refusals.invalid_choice(-1117, "side")
    if kind not in ORDER_TYPES:
        raise refusals.invalid_choice(-1116, "orderType")
    for name in _NEEDS[kind]:
        required(params, name)
    _check_for_kind(kind, params)
    time_in_force = params.get("timeInForce") or GTC
    if time_in_force not in {GTC, IOC, FOK}:
        raise refusals.invalid_choice(-1115, "timeInForce")
    if params.get("newOrderRespType", "ACK") not in RESPONSES:
        raise refusals.invalid_choice(-1136, "newOrderRespType")
    return Ticket(
        symbol=market.symbol,
        side=side,
        kind=kind,
        quantity=amount(params, "quantity", "Invalid quantity."),
        price=amount(params, "price", "Invalid price."),
        stop=amount(params, "stopPrice", "Invalid stopPrice."),
        quote_quantity=amount(params, "quoteOrderQty", "Invalid quoteOrderQty."),
        time_in_force=time_in_force,
        client_id=client_id(params, "newClientOrderId"),
        iceberg=amount(params, "icebergQty", "Invalid icebergQty."),
        trailing_bps=whole(params, "trailingDelta", 0),
        timestamp=whole(params, "timestamp", 0),
        window=whole(params, "recvWindow", WINDOW_MS),
    )


def _check_for_kind(kind: str, params: Params) -> None:
    if kind == "MARKET":
        if bool(params.get("quantity")) == bool(params.get("quoteOrderQty")):
            raise refusals.one_of_missing("quantity", "quoteOrderQty")
        extra = next((name for name in _NOT_FOR_MARKET if params.get(name)), None)
    else:
        extra = "quoteOrderQty" if params.get("quoteOrderQty") else None
    if kind in {"STOP_LOSS", "TAKE_PROFIT", "LIMIT_MAKER"} and params.get("timeInForce"):
        extra = "timeInForce"
    if kind in {"STOP_LOSS", "TAKE_PROFIT"} and params.get("icebergQty"):
        extra = "icebergQty"
    if kind in {"LIMIT", "LIMIT_MAKER"}:
        extra = next((name for name in ("stopPrice", "trailingDelta") if params.get(name)), extra)
    elif kind != "MARKET" and not (params.get("stopPrice") or params.get("trailingDelta")):
        raise refusals.one_of_missing("stopPrice", "trailingDelta")
    if extra:
        raise refusals.not_required(extra)
    if params.get("icebergQty") and params.get("timeInForce", GTC) != GTC:
        raise refusals.new_order_rejected("Iceberg orders must have timeInForce=GTC.")


def market_of(markets: Mapping[str, Market], params: Params) -> Market:
    """The market that `symbol` names. Raises Refusal; one that is delisted is not there."""
    symbol = required(params, "symbol")
    if not re.fullmatch(r"[A-Z0-9\-_.]{1,20}", symbol):
        raise refusals.illegal("symbol", "^[A-Z0-9-_.]{1,20}$")
    market = markets.get(symbol)
    if market is None or market.status == DELISTED:
        raise refusals.invalid_choice(-1121, "symbol")
    return market


def required(params: Params, name: str) -> str:
    """A parameter that must be there. Raises Refusal."""
    value = params.get(name, "")
    if not value:
        raise refusals.missing(name)
    return value


def amount(params: Params, name: str, zero: str) -> int:
    """A number in 1e-8, 0 where it was not sent. Raises Refusal, for a zero that was sent with the words `zero`."""
    value = params.get(name, "")
    if not value:
        return 0
    if not _NUMBER.fullmatch(value):
        raise refusals.illegal(name, NUMBER)
    try:
        number = units(value)
    except TooPreciseError:
        raise refusals.too_precise(name) from None
    if not number:
        raise refusals.Refusal(-1013, zero)
    return number


def whole(params: Params, name: str, absent: int) -> int:
    """A whole number, `absent` where it was not sent. Raises Refusal."""
    value = params.get(name, "")
    if not value:
        return absent
    if not re.fullmatch("[0-9]{1,20}", value):
        raise refusals.illegal(name, "^[0-9]{1,20}$")
    return int(value)


def client_id(params: Params, name: str) -> str:
    """A client order id, "" where none was sent. Raises Refusal."""
    value = params.get(name, "")
    if value and not _CLIENT_ID.fullmatch(value):
        raise refusals.illegal(name, CLIENT_ID)
    return value


def window_of(params: Params) -> int:
    """How long after its timestamp the request is good, in ms. Raises Refusal."""
    window = whole(params, "recvWindow", WINDOW_MS)
    if window > WINDOW_MS_MAX:
        raise refusals.window_too_wide()
    return window
