"""A request as the endpoints see it, and the table of endpoints that they enter themselves into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trading.sandbox.venue import refusals
from trading.sandbox.venue.accounts import Account
from trading.sandbox.venue.book import Book
from trading.sandbox.venue.intake import Params, market_of
from trading.sandbox.venue.markets import Market
from trading.sandbox.venue.orders import Order
from trading.sandbox.venue.state import Venue

if TYPE_CHECKING:
    from trading.sandbox.server.exchange import Exchange

Weight = int | Callable[[Params], int]

PUBLIC: Final = "public"
KEY: Final = "key"
SIGNED: Final = "signed"
TRADE: Final = "trade"


@dataclass(slots=True)
class Call:
    """One request. now_ms: the exchange's time for this account, at the moment of acceptance."""

    exchange: Exchange
    params: Params
    now_ms: int
    owner: Account | None = None

    @property
    def venue(self) -> Venue:
        """The exchange's state."""
        return self.exchange.venue

    @property
    def account(self) -> Account:
        """The account of a signed request."""
        if self.owner is None:
            raise refusals.unknown_key()
        return self.owner

    @property
    def market(self) -> Market:
        """The market that `symbol` names. Raises Refusal."""
        return market_of(self.venue.markets, self.params)

    @property
    def book(self) -> Book:
        """The book of that market. Raises Refusal."""
        return self.venue.books[self.market.symbol]

    def sees(self, at_ms: int) -> bool:
        """Whether what happened at `at_ms` can be seen already by the account's queries."""
        lag = self.account.habits.visibility_lag_ms
        return at_ms + (self.venue.habits.visibility_lag_ms or 0 if lag is None else lag) <= self.now_ms

    def seen(self, orders: list[Order]) -> list[Order]:
        """Those orders that the account's queries can see already."""
        return [order for order in orders if self.sees(order.at_ms)]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation: what it does, what it weighs, who may call it. orders: how many it counts as."""

    answer: Callable[[Call], Any]
    weight: Weight
    security: str
    orders: int = 0

    def weighs(self, params: Params) -> int:
        """The weight of one call."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


ENDPOINTS: Final[dict[tuple[str, str], Endpoint]] = {}
METHODS: Final[dict[str, Endpoint]] = {}  # of the WebSocket API

Answer = Callable[[Call], Any]


def endpoint(
    method: str, path: str, *, weight: Weight = 1, security: str = PUBLIC, orders: int = 0, ws: str = ""
) -> Callable[[Answer], Answer]:
    """Enter a function as the answer to `method` `path`, and to the method `ws` of the WebSocket API."""

    def enter(answer: Answer) -> Answer:
        found = Endpoint(answer, weight, security, orders)
        ENDPOINTS[method, path] = found
        if ws:
            METHODS[ws] = found
        return answer

    return enter
