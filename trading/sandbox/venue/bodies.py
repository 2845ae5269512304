"""What the sandbox answers: orders, trades and accounts in the shape of Binance's REST replies. Pure."""

from __future__ import annotations

from typing import Any

from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.amounts import text
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import Order, Trade

Body = dict[str, Any]
_NO_PREVENTION = {"selfTradePreventionMode": "EXPIRE_MAKER"}


def placed(order: Order, response: str) -> Body:
    """The reply to a new order: ACK, RESULT or FULL."""
    body: Body = {
        "symbol": order.ticket.symbol,
        "orderId": order.id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.updated_ms,
    }
    if response == "ACK":
        return body
    body |= _amounts(order)
    body["workingTime"] = order.working_ms if order.working else -1
    body["origQuoteOrderQty"] = text(order.ticket.quote_quantity)
    if response == "FULL":
        body["fills"] = [_fill(trade) for trade in order.trades]
    return body


def looked_up(order: Order) -> Body:
    """An order as the queries show it."""
    return {
        "symbol": order.ticket.symbol,
        "orderId": order.id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        **_amounts(order),
        "time": order.at_ms,
        "updateTime": order.updated_ms,
        "isWorking": order.working,
        "workingTime": order.working_ms if order.working else -1,
        "origQuoteOrderQty": text(order.ticket.quote_quantity),
    }


def cancelled(order: Order) -> Body:
    """The reply to a cancellation."""
    return {
        "symbol": order.ticket.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.id,
        "orderListId": order.list_id,
        "clientOrderId": order.cancel_id,
        "transactTime": order.updated_ms,
        **_amounts(order),
    }


def my_trade(trade: Trade) -> Body:
    """A trade as its account sees it."""
    return {
        "symbol": trade.symbol,
        "id": trade.id,
        "orderId": trade.order_id,
        "orderListId": trade.list_id,
        "price": text(trade.price),
        "qty": text(trade.quantity),
        "quoteQty": text(trade.quote),
        "commission": text(trade.fee),
        "commissionAsset": trade.fee_asset,
        "time": trade.at_ms,
        "isBuyer": trade.side == "BUY",
        "isMaker": trade.maker,
        "isBestMatch": True,
    }


def account_body(account: Account, market: Market | None, *, omit_zero: bool) -> Body:
    """The reply to /api/v3/account."""
    maker, taker = (market.maker_ppm, market.taker_ppm) if market else (0, 0)
    assets = account.assets() if omit_zero else sorted({*account.free, *account.locked})
    return {
        "makerCommission": maker // 100,
        "takerCommission": taker // 100,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": text(maker * 100),
            "taker": text(taker * 100),
            "buyer": text(0),
            "seller": text(0),
        },
        "canTrade": account.rights.trade,
        "canWithdraw": account.rights.withdraw,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": account.updated_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": text(account.free[asset]), "locked": text(account.locked[asset])}
            for asset in assets
        ],
        "permissions": ["SPOT"],
        "uid": account.number,
    }


def restrictions(account: Account) -> Body:
    """The reply to /sapi/v1/account/apiRestrictions."""
    rights = account.rights
    return {
        "ipRestrict": rights.ip_restrict,
        "createTime": account.opened_ms,
        "enableReading": True,
        "enableSpotAndMarginTrading": rights.trade,
        "enableWithdrawals": rights.withdraw,
        "enableInternalTransfer": rights.transfer,
        "permitsUniversalTransfer": rights.transfer,
        "enableMargin": False,
        "enableFutures": False,
        "enableVanillaOptions": False,
        "enablePortfolioMarginTrading": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
    }


def _amounts(order: Order) -> Body:
    ticket = order.ticket
    body: Body = {
        "price": text(ticket.price),
        "origQty": text(order.quantity),
        "executedQty": text(order.executed),
        "cummulativeQuoteQty": text(order.spent),
        "status": order.status,
        "timeInForce": ticket.time_in_force,
        "type": ticket.kind,
        "side": ticket.side,
        "stopPrice": text(ticket.stop),
        "icebergQty": text(ticket.iceberg),
        **_NO_PREVENTION,
    }
    return body | ({"trailingDelta": ticket.trailing_bps} if ticket.trailing_bps else {})


def _fill(trade: Trade) -> Body:
    return {
        "price": text(trade.price),
        "qty": text(trade.quantity),
        "commission": text(trade.fee),
        "commissionAsset": trade.fee_asset,
        "tradeId": trade.id,
    }
