"""Signed endpoints about the account itself: balances, commission, what its key may do."""

from __future__ import annotations

from typing import Any

from trading.sandbox.server.calls import SIGNED, Call, endpoint
from trading.sandbox.venue import bodies
from trading.sandbox.venue.amounts import text


@endpoint("GET", "/api/v3/account", weight=20, security=SIGNED, ws="account.status")
def account(call: Call) -> Any:
    """What the account holds and may do."""
    market = next(iter(call.venue.markets.values()), None)
    return bodies.account_body(call.account, market, omit_zero=call.params.get("omitZeroBalances") == "true")


@endpoint("GET", "/api/v3/account/commission", weight=20, security=SIGNED, ws="account.commission")
def commission(call: Call) -> Any:
    """The fees of a market."""
    market = call.market
    nothing = dict.fromkeys(("maker", "taker", "buyer", "seller"), text(0))
    rates = nothing | {"maker": text(market.maker_ppm * 100), "taker": text(market.taker_ppm * 100)}
    pays_with = call.account.fee_asset
    return {
        "symbol": market.symbol,
        "standardCommission": rates,
        "taxCommission": nothing,
        "discount": {
            "enabledForAccount": bool(pays_with),
            "enabledForSymbol": True,
            "discountAsset": pays_with or "BNB",
            "discount": "0.75000000",
        },
    }


@endpoint("GET", "/sapi/v1/asset/tradeFee", security=SIGNED)
def trade_fee(call: Call) -> Any:
    """The fees of every market, or of one."""
    markets = [call.market] if call.params.get("symbol") else [*call.venue.markets.values()]
    return [
        {
            "symbol": market.symbol,
            "makerCommission": text(market.maker_ppm * 100),
            "takerCommission": text(market.taker_ppm * 100),
        }
        for market in markets
    ]


@endpoint("GET", "/sapi/v1/account/apiRestrictions", security=SIGNED)
def restrictions(call: Call) -> Any:
    """What the key may do."""
    return bodies.restrictions(call.account)
