"""The sandbox's whole state, and the small steps that change it. Each step notes a fact. Pure.

An action (a request, a bar) is some steps and then `settle`, which notes what moved on the accounts. The facts of an
action are one group in the journal; `rebuild` makes the same state of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from trading.sandbox.venue.accounts import Account, Habits
from trading.sandbox.venue.amounts import text
from trading.sandbox.venue.book import Book, Print
from trading.sandbox.venue.by_rule import started
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import NEW, PENDING_NEW, STOP_KINDS, Order, Ticket, Trade
from trading.sandbox.venue.stops import trail

Fact = dict[str, Any]
OCO: Final = "OCO"
OTO: Final = "OTO"


@dataclass(slots=True)
class OrderList:
    """Orders that hang together. contingency: OCO, two of which one cancels the other; or OTO, where the first one has
    to be filled before the others are placed, one or a pair (OTOCO).
    """

    id: int
    account: str
    symbol: str
    client_id: str
    order_ids: tuple[int, ...]
    at_ms: int
    contingency: str = OCO
    open: bool = True

    @property
    def first(self) -> int:
        """The order that the others wait for, 0 if there is none."""
        return self.order_ids[0] if self.contingency == OTO else 0

    @property
    def followers(self) -> tuple[int, ...]:
        """The orders that wait for the first one."""
        return self.order_ids[1:] if self.contingency == OTO else ()

    @property
    def pair(self) -> tuple[int, ...]:
        """The two orders of which one cancels the other, if there are."""
        pair = self.order_ids if self.contingency == OCO else self.followers
        return pair if len(pair) == 2 else ()


@dataclass(slots=True)
class Venue:
    """An exchange. in_bars: orders meet whole bars by the fill rule, and no book.

    fees_in_quote: fees are taken in the quote currency (bar mode), else from what is received. slippage_bps: of market
    orders and stops in bar mode. habits: of accounts that have none of their own. due: lists whose first
    order has ended in this action.
    """

    in_bars: bool = False
    slippage_bps: int = 5
    habits: Habits = field(default_factory=lambda: Habits("unique-open", 0, 0))
    markets: dict[str, Market] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    lists: dict[int, OrderList] = field(default_factory=dict)
    last_order_id: int = 0
    last_list_id: int = 0
    turns: int = 0
    due: list[OrderList] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    moves: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def note(self, kind: str, at_ms: int, **facts: Any) -> None:
        """Note one fact of the present action."""
        self.facts.append({"kind": kind, "at_ms": at_ms, **facts})

    def take_facts(self) -> list[Fact]:
        """The facts of the action that just ended."""
        facts, self.facts = self.facts, []
        return facts

    # --- accounts -----------------------------------------------------------------------------------------------------

    def move(self, account: Account, asset: str, *, free: int = 0, locked: int = 0) -> None:
        """Change what the account has free and locked of `asset`."""
        account.move(asset, free, locked)
        moved = self.moves.setdefault((account.key, asset), [0, 0])
        moved[0] += free
        moved[1] += locked

    def settle(self, at_ms: int, because: str) -> None:
        """End an action: note what it moved, one fact for each account."""
        changes: dict[str, dict[str, list[str]]] = {}
        for (key, asset), (free, locked) in self.moves.items():
            if free or locked:
                account = self.accounts[key]
                holds = text(account.free[asset]), text(account.locked[asset])
                changes.setdefault(key, {})[asset] = [text(free), text(locked), *holds]
        self.moves.clear()
        for key, assets in changes.items():
            self.accounts[key].updated_ms = at_ms
            self.note("moved", at_ms, account=key, because=because, assets=assets)

    # --- orders -------------------------------------------------------------------------------------------------------

    def accept(
        self, account: Account, ticket: Ticket, client_id: str, at_ms: int, hold: int, status: str = NEW
    ) -> Order:
        """Make an order of a ticket, hold what it needs, and note it. status: PENDING_NEW if it waits for another."""
        number = self.last_order_id + 1
        order = self.file(Order(number, account.key, ticket, client_id, at_ms, at_ms, ticket.quantity, status))
        self.move(account, self.pays_with(order), free=-hold, locked=hold)
        order.locked = hold
        self.note(
            "order_accepted",
            at_ms,
            account=account.key,
            orderId=order.id,
            clientOrderId=client_id,
            locked=text(hold),
            status=status,
            **ticket.facts(),
        )
        return order

    def file(self, order: Order) -> Order:
        """Enter a new order into the indexes, and put it in the queue unless it waits."""
        account = self.accounts[order.account]
        self.last_order_id = order.id
        order.working = False
        if order.status != PENDING_NEW:
            self.begin(order, order.at_ms)
        self.orders[order.id] = order
        account.orders[order.ticket.symbol].append(order)
        account.by_client_id[order.client_id].append(order)
        account.open[order.id] = order
        return order

    def begin(self, order: Order, at_ms: int) -> None:
        """An order begins to work: in the queue, or as a stop that watches the price."""
        symbol = order.ticket.symbol
        if order.ticket.kind not in STOP_KINDS:
            self.queue(order, at_ms)
        elif not self.in_bars:
            trail(order, self.books[symbol].last)
        if self.in_bars:
            started(order, self.markets[symbol], self.books[symbol].last)

    def release(self, order: Order, hold: int, at_ms: int) -> None:
        """An order that waited for another one is placed: it holds what it needs, and begins."""
        order.status, order.updated_ms = NEW, at_ms
        self.move(self.accounts[order.account], self.pays_with(order), free=-hold, locked=hold)
        order.locked = hold
        self.begin(order, at_ms)
        self.note("order_released", at_ms, **self.names(order), locked=text(hold))

    def remember(self, order: Order, takes: bool, extreme: int, at_ms: int) -> None:
        """What a bar has changed of what bar mode remembers of an order."""
        if (order.takes, order.extreme) != (takes, extreme):
            order.takes, order.extreme = takes, extreme
            self.note("order_moved", at_ms, **self.names(order), takes=takes, extreme=text(extreme))

    def queue(self, order: Order, at_ms: int) -> None:
        """Give an order its place in the queue: behind all that work already."""
        self.turns += 1
        order.turn, order.working, order.working_ms = self.turns, True, at_ms

    def rest(self, order: Order) -> None:
        """Let an open order stand: in the book, among the stops, or waiting for a bar; or for another order."""
        book = self.books[order.ticket.symbol]
        if order.status == PENDING_NEW:
            return
        if self.in_bars:
            book.waiting[order.id] = order
        elif order.working:
            book.rest(order)
        else:
            book.stops[order.id] = order

    def withdraw(self, order: Order) -> None:
        """Take an order out of wherever it stands."""
        book = self.books[order.ticket.symbol]
        book.stops.pop(order.id, None)
        book.waiting.pop(order.id, None)
        book.remove(order)

    def trigger(self, order: Order, at_ms: int) -> None:
        """A stop becomes an order that works."""
        self.withdraw(order)
        self.queue(order, at_ms)
        order.updated_ms = at_ms
        self.note("order_triggered", at_ms, **self.names(order))

    def close(self, order: Order, status: str, at_ms: int, cancel_id: str = "") -> None:
        """End an order: give back what it holds, and note it."""
        self.withdraw(order)
        order.status, order.updated_ms, order.cancel_id = status, at_ms, cancel_id
        account = self.accounts[order.account]
        account.open.pop(order.id, None)
        self.unlock(order, 0)
        more = {"cancelId": cancel_id} if cancel_id else {}
        self.note("order_closed", at_ms, **self.names(order), status=status, executed=text(order.executed), **more)
        if order.list_id >= 0 and (orders := self.lists[order.list_id]).open:
            if order.id == orders.first:
                self.due.append(orders)
            elif not any(self.orders[each].is_open for each in orders.order_ids):
                self.end_list(orders, at_ms)

    def end_list(self, orders: OrderList, at_ms: int) -> None:
        """A list has nothing left to do."""
        orders.open = False
        self.note("list_closed", at_ms, account=orders.account, orderListId=orders.id)

    def unlock(self, order: Order, keep: int) -> None:
        """Give back what the order holds above `keep`."""
        if back := order.locked - keep:
            self.move(self.accounts[order.account], self.pays_with(order), free=back, locked=-back)
            order.locked = keep

    def pays_with(self, order: Order) -> str:
        """The asset that an order gives: the quote asset of a buy, the base asset of a sale."""
        market = self.markets[order.ticket.symbol]
        return market.quote if order.buys else market.base

    def names(self, order: Order) -> dict[str, Any]:
        """How facts name an order."""
        return {
            "account": order.account,
            "symbol": order.ticket.symbol,
            "orderId": order.id,
            "clientOrderId": order.client_id,
            "side": order.ticket.side,
        }

    # --- trades -------------------------------------------------------------------------------------------------------

    def print(self, symbol: str, price: int, quantity: int, at_ms: int, buyer_is_maker: bool) -> int:
        """Show a trade to everybody, and return its id: trades are counted by market, as on Binance."""
        book = self.books[symbol]
        book.show(Print(book.last_trade_id + 1, price, quantity, at_ms, buyer_is_maker))
        for order in book.stops.values():
            trail(order, price)
        return book.last_trade_id

    def fill(self, order: Order, trade: Trade, counter: int, keep: int) -> None:
        """Enter a trade into its order, and note it.

        counter: the other side's order, 0 for the market maker. keep: what the order still has to hold.
        """
        order.executed += trade.quantity
        order.spent += trade.quote
        order.updated_ms = trade.at_ms
        order.status = "FILLED" if order.left == 0 else "PARTIALLY_FILLED"
        order.trades.append(trade)
        self.accounts[order.account].trades[trade.symbol].append(trade)
        self.unlock(order, keep)
        self.note(
            "trade",
            trade.at_ms,
            **self.names(order),
            tradeId=trade.id,
            counterOrderId=counter,
            price=text(trade.price),
            qty=text(trade.quantity),
            quoteQty=text(trade.quote),
            fee=text(trade.fee),
            feeAsset=trade.fee_asset,
            maker=trade.maker,
            executed=text(order.executed),
            spent=text(order.spent),
            status=order.status,
            locked=text(order.locked),
        )
