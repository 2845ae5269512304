"""Lists of orders: two of which one cancels the other (OCO), and what is placed when a first one has filled. Pure."""

from __future__ import annotations

from trading.sandbox.venue import matching, refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.orders import NEW, PENDING_NEW, Order, Ticket
from trading.sandbox.venue.placing import examined, held_by, is_repeated, kept_client_id, required, run_stops
from trading.sandbox.venue.state import OCO, OTO, OrderList, Venue

LIMITS = ("LIMIT_MAKER",)
STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT")
PROFITS = ("TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
FIRST_KINDS = ("LIMIT", "LIMIT_MAKER")


def place_pair(
    venue: Venue, account: Account, above: Ticket, below: Ticket, list_client_id: str, at_ms: int
) -> OrderList:
    """Place both orders or, with a Refusal, none. What the dearer one needs is held once."""
    check_kinds(above, below)
    _check_prices(above, below, venue.books[above.symbol].last)
    tickets = [examined(venue, account, ticket) for ticket in (above, below)]
    needs = [held_by(venue, ticket) for ticket in tickets]
    market = venue.markets[above.symbol]
    if max(needs) > account.free[market.quote if above.side == "BUY" else market.base]:
        raise refusals.insufficient_balance()
    orders = [_accepted(venue, account, tickets[0], max(needs), at_ms), _accepted(venue, account, tickets[1], 0, at_ms)]
    made = _listed(venue, orders, OCO, list_client_id, at_ms)
    for order in orders:
        venue.rest(order)
    return made


def place_chain(
    venue: Venue, account: Account, first: Ticket, then: list[Ticket], list_client_id: str, at_ms: int
) -> OrderList:
    """Place `first`, and what is placed when it has filled: one order or a pair. Or, with a Refusal, nothing.

    What waits holds nothing and is not held against the market before it is placed; a pair's prices must go together.
    """
    if first.kind not in FIRST_KINDS:
        raise refusals.invalid_choice(-1116, "orderType")
    if len(then) == 2:
        above, below = then
        check_kinds(above, below)
        _check_prices(above, below, 0)
    if {ticket.client_id for ticket in then} & {first.client_id} - {""} or any(
        is_repeated(venue, account, ticket.client_id) for ticket in then
    ):
        raise refusals.new_order_rejected("Duplicate order sent.")
    first = examined(venue, account, first)
    for ticket in then:
        examined(venue, account, ticket, waits=True)
    hold = required(venue, account, first)
    working = _accepted(venue, account, first, hold, at_ms)
    orders = [working, *(_accepted(venue, account, ticket, 0, at_ms, PENDING_NEW) for ticket in then)]
    made = _listed(venue, orders, OTO, list_client_id, at_ms)
    if venue.in_bars:
        venue.rest(working)
    else:
        matching.work(venue, working, at_ms)
        run_stops(venue, first.symbol, at_ms)
    return made


def check_kinds(above: Ticket, below: Ticket) -> None:
    """Raises Refusal, as Binance words it, unless these kinds of orders go together on these sides of the market."""
    for ticket in (above, below):
        if ticket.kind not in LIMITS + STOPS + PROFITS:
            raise refusals.Refusal(-1158, "Order type not supported in OCO.")
    if above.kind in LIMITS and below.kind in LIMITS:
        raise refusals.Refusal(-1168, "At least one OCO order must be contingent.")
    buys = above.side == "BUY"
    for ticket, is_above in ((above, True), (below, False)):
        if (ticket.kind in STOPS) != (buys == is_above):
            raise refusals.Refusal(*_MISPLACED[ticket.kind.partition("_")[0], ticket.side])


_MISPLACED = {
    ("LIMIT", "BUY"): (-1165, "A limit order in a buy OCO must be below."),
    ("LIMIT", "SELL"): (-1166, "A limit order in a sell OCO must be above."),
    ("STOP", "BUY"): (-1196, "A stop loss order in a buy OCO must be above."),
    ("STOP", "SELL"): (-1197, "A stop loss order in a sell OCO must be below."),
    ("TAKE", "BUY"): (-1198, "A take profit order in a buy OCO must be below."),
    ("TAKE", "SELL"): (-1199, "A take profit order in a sell OCO must be above."),
}


def _check_prices(above: Ticket, below: Ticket, last: int) -> None:
    """Raises Refusal unless the market, at `last` or 0 where that is not known yet, lies between both prices."""
    high, low = (0 if each.trailing_bps else each.stop or each.price for each in (above, below))
    if (high and last >= high) or (last and low >= last) or (high and low >= high):
        raise refusals.new_order_rejected("The relationship of the prices for the orders is not correct.")
    if above.client_id and above.client_id == below.client_id:
        raise refusals.new_order_rejected("Duplicate order sent.")


def _accepted(venue: Venue, account: Account, ticket: Ticket, hold: int, at_ms: int, status: str = NEW) -> Order:
    return venue.accept(account, ticket, kept_client_id(venue, account, ticket.client_id), at_ms, hold, status)


def _listed(venue: Venue, orders: list[Order], contingency: str, list_client_id: str, at_ms: int) -> OrderList:
    first, ids = orders[0], tuple(order.id for order in orders)
    venue.last_list_id += 1
    client_id = list_client_id or f"sandboxlist{venue.last_list_id:012d}"
    symbol = first.ticket.symbol
    made = OrderList(venue.last_list_id, first.account, symbol, client_id, ids, at_ms, contingency)
    venue.lists[made.id] = made
    for order in orders:
        order.list_id = made.id
    venue.note(
        "list_opened",
        at_ms,
        account=first.account,
        symbol=symbol,
        orderListId=made.id,
        listClientOrderId=client_id,
        contingency=contingency,
        orderIds=list(ids),
    )
    return made
