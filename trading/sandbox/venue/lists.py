"""OCO lists: two orders for the same quantity, of which one cancels the other. Pure."""

from __future__ import annotations

from trading.sandbox.venue import refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.orders import Order, Ticket
from trading.sandbox.venue.placing import examined, held_by, kept_client_id
from trading.sandbox.venue.state import OrderList, Venue

ABOVE_KINDS = {
    "SELL": ("LIMIT_MAKER", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"),
    "BUY": ("STOP_LOSS", "STOP_LOSS_LIMIT"),
}
BELOW_KINDS = {"SELL": ABOVE_KINDS["BUY"], "BUY": ABOVE_KINDS["SELL"]}


def place_pair(
    venue: Venue, account: Account, above: Ticket, below: Ticket, list_client_id: str, at_ms: int
) -> OrderList:
    """Place both orders or, with a Refusal, none. What the dearer one needs is held once."""
    _check_pair(venue, above, below)
    tickets = [examined(venue, account, ticket) for ticket in (above, below)]
    needs = [held_by(venue, ticket) for ticket in tickets]
    market = venue.markets[above.symbol]
    if max(needs) > account.free[market.quote if above.side == "BUY" else market.base]:
        raise refusals.insufficient_balance()
    orders = [_accepted(venue, account, tickets[0], max(needs), at_ms), _accepted(venue, account, tickets[1], 0, at_ms)]
    venue.last_list_id += 1
    client_id = list_client_id or f"sandboxlist{venue.last_list_id:012d}"
    pair = OrderList(venue.last_list_id, account.key, market.symbol, client_id, (orders[0].id, orders[1].id), at_ms)
    venue.lists[pair.id] = pair
    for order in orders:
        order.list_id = pair.id
    venue.note(
        "list_opened",
        at_ms,
        account=account.key,
        symbol=market.symbol,
        orderListId=pair.id,
        listClientOrderId=client_id,
        orderIds=[order.id for order in orders],
    )
    return pair


def _accepted(venue: Venue, account: Account, ticket: Ticket, hold: int, at_ms: int) -> Order:
    order = venue.accept(account, ticket, kept_client_id(venue, account, ticket.client_id), at_ms, hold)
    venue.rest(order)
    return order


def _check_pair(venue: Venue, above: Ticket, below: Ticket) -> None:
    """Raises Refusal unless the kinds go together and the market lies between both prices."""
    side, last = above.side, venue.books[above.symbol].last
    if above.kind not in ABOVE_KINDS[side] or below.kind not in BELOW_KINDS[side]:
        raise refusals.invalid_choice(-1116, "orderType")
    high, low = above.stop or above.price, below.stop or below.price
    if not low < last < high:
        raise refusals.new_order_rejected("The relationship of the prices for the orders is not correct.")
    if above.client_id and above.client_id == below.client_id:
        raise refusals.new_order_rejected("Duplicate order sent.")
