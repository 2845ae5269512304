"""One account at one venue over ccxt: an OrderVenue. What each venue does differently is in its profile.

Two clients, so that nothing a read does (retries, paging) can ever happen to a write.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from decimal import Decimal
from typing import Any, TypeVar

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges import clock_rule
from trading.exchanges.budget import Budget
from trading.exchanges.budget_terms import Purpose
from trading.exchanges.ccxt_calls import Calls, Failed
from trading.exchanges.circuits import OPEN_FOR_S
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.gate import Gate
from trading.exchanges.market_shelf import Listing
from trading.exchanges.outcomes import NOT_LISTED, Meaning, Stage
from trading.exchanges.parsing import Unified, balances_of, exact, order_of, trade_of
from trading.exchanges.stream import NewsStream
from trading.exchanges.types import (
    Accepted,
    Cancelled,
    ExchangeMarket,
    Gone,
    KeyRights,
    OrderKind,
    OrderRequest,
    Outcome,
    Rejected,
    StreamNews,
    Unknown,
    VenueBalance,
    VenueOrder,
    VenueTrade,
)
from trading.exchanges.venues.profile import Put, VenueProfile

READ_WINDOW_MS = 5_000
_KINDS = {
    OrderKind.MARKET: "market",
    OrderKind.LIMIT: "limit",
    OrderKind.STOP: "market",
    OrderKind.STOP_LIMIT: "limit",
    OrderKind.TRAILING: "limit",
}
_NOT_URGENT = {"rights", "price"}
_T = TypeVar("_T")


class CcxtVenue:
    """An OrderVenue. Made without a loop; opens its sockets at the first call."""

    def __init__(
        self,
        *,
        profile: VenueProfile,
        api_key: Secret,
        secret: Secret,
        budget: Budget,
        base_url: str = "",
        tenant: str = "",
        timeout_ms: int = 10_000,
        open_for_s: float = OPEN_FOR_S,
        keeps_client_ids: bool = True,
    ) -> None:
        gate = Gate(
            profile,
            budget,
            tenant=tenant,
            api_key=api_key,
            address=base_url,
            failed=_has_failed,
            open_for_s=open_for_s,
        )
        self._profile = profile
        self._keeps_client_ids = keeps_client_ids
        self._calls = Calls(profile, gate, api_key=api_key, secret=secret, base_url=base_url, timeout_ms=timeout_ms)
        self._offset_ms: int | None = None
        self._streams: list[NewsStream] = []

    @property
    def venue(self) -> str:
        """The exchange's name."""
        return self._profile.name

    async def place(self, request: OrderRequest) -> Outcome:
        """Send `request` once."""
        listing = await self._calls.listing(fresh=False)
        market = listing.markets.get(request.symbol)
        if market is None:
            return Rejected(code="unknown_symbol", message=NOT_LISTED)
        if (refusal := self._profile.refusal(request, market)) is not None:
            return refusal
        if request.pair_price is not None:
            return await self._place_pair(request)
        price = None if request.limit_price is None else format(request.limit_price, "f")
        params = {
            **self._profile.create_params(request),
            **self._profile.signed(at_ms=request.signed_at_ms, window_ms=request.window_ms),
        }
        kind, quantity = _KINDS[request.kind], format(request.quantity, "f")
        try:
            order = await self._calls.write(
                Purpose.EXIT if request.reduces else Purpose.ENTRY,
                "create",
                lambda client: client.create_order(
                    request.symbol, kind, request.side.value, quantity, price, dict(params)
                ),
                lambda answer: self._order({**answer, "amount": answer.get("amount") or quantity}),
            )
        except Failed as failed:
            return self._not_placed(failed)
        if self._keeps_client_ids and order.client_order_id not in {"", request.client_order_id}:
            return Unknown("the answer is about another order")
        return Accepted(order)

    async def _place_pair(self, request: OrderRequest) -> Outcome:
        signed = self._profile.signed(at_ms=request.signed_at_ms, window_ms=request.window_ms)
        try:
            order, pair = await self._calls.write(
                Purpose.EXIT if request.reduces else Purpose.ENTRY,
                "create_pair",
                lambda client: self._profile.place_pair(client, request, signed),
                lambda answer: [self._order(each) for each in answer],
            )
        except Failed as failed:
            return self._not_placed(failed)
        if (order.client_order_id, pair.client_order_id) != (request.client_order_id, request.pair_id):
            return Unknown("the answer is about other orders")
        return Accepted(order, pair)

    async def cancel(self, *, symbol: str, venue_order_id: str) -> Cancelled:
        """Ask for an order's end, once."""
        await self._calls.listing(fresh=False)
        params = self._signed()
        try:
            order = await self._calls.write(
                Purpose.CANCEL,
                "cancel",
                lambda client: client.cancel_order(venue_order_id, symbol, dict(params)),
                self._order,
            )
        except Failed as failed:
            meaning, sentence = failed.meaning(Stage.CANCEL)
            if meaning is Meaning.NOT_OPEN:
                return Gone()
            self._raise_if_key_refused(failed, meaning, sentence)
            return Unknown(failed.reason)
        return Accepted(order)

    async def find_order(self, *, symbol: str, client_order_id: str) -> VenueOrder | None:
        """The newest order with this client id."""
        return await self._find(lambda: self._profile.find(self._page, symbol, client_order_id))

    async def order(self, *, symbol: str, venue_order_id: str) -> VenueOrder | None:
        """The order with the venue's own id."""
        return await self._find(
            lambda: self._page("order", lambda client, params: client.fetch_order(venue_order_id, symbol, params))
        )

    async def open_orders(self) -> list[VenueOrder]:
        """Every open order of the account."""
        return await self._read(
            lambda: self._page("open_orders", lambda client, params: client.fetch_open_orders(params=params)),
            self._orders,
        )

    async def orders_since(self, *, symbol: str, since_ms: int) -> list[VenueOrder]:
        """Every order of `symbol` created at or after `since_ms`, oldest first."""
        return await self._read(
            lambda: self._profile.orders_since(self._page, symbol, since_ms, self._venue_now_ms()), self._orders
        )

    async def trades_since(self, *, symbol: str, since_ms: int) -> list[VenueTrade]:
        """Every trade of `symbol` at or after `since_ms`, oldest first."""
        return await self._read(
            lambda: self._profile.trades_since(self._page, symbol, since_ms, self._venue_now_ms()),
            lambda rows: [trade_of(row) for row in rows],
        )

    async def balances(self) -> dict[str, VenueBalance]:
        """Assets of which there is any."""
        return await self._read(
            lambda: self._page("balances", lambda client, params: client.fetch_balance(params)), balances_of
        )

    async def rights(self) -> KeyRights:
        """What the key may do."""
        return await self._read(lambda: self._profile.rights(self._page), lambda rights: rights)

    async def clock_offset_ms(self) -> int:
        """The venue's time less ours, by half of the round trip. Later reads are signed with it."""

        async def ask(client: Any) -> tuple[int, int, int]:
            asked = _now_ms()
            said = int(await client.fetch_time())
            return asked, said, _now_ms()

        asked, said, answered = await self._read(
            lambda: self._calls.read(Purpose.READ, "time", ask), lambda times: times
        )
        self._offset_ms = clock_rule.offset_ms(asked_ms=asked, answered_ms=answered, venue_ms=said)
        return self._offset_ms

    async def last_price(self, symbol: str) -> Decimal:
        """The last price traded."""
        return await self._read(
            lambda: self._page("price", lambda client, _params: client.fetch_ticker(symbol)), self._price
        )

    async def markets(self) -> dict[str, ExchangeMarket]:
        """Every pair that can be traded now, by symbol; read at most 15 minutes ago."""
        listing = await self._calls.listing(fresh=True)
        return self._markets(listing)

    async def news(self) -> AsyncIterator[StreamNews]:
        """Orders and trades of the account as they happen, with a StreamGap each time the stream comes up."""
        stream = NewsStream(self._profile, self._streaming, self._reports_into)
        self._streams.append(stream)
        try:
            async with aclosing(stream.news()) as news:
                async for each in news:
                    yield each
        finally:
            self._streams.remove(stream)

    async def close(self) -> None:
        """Close every socket and forget the keys."""
        for stream in self._streams:
            stream.close()
        await self._calls.close()

    # Reading --------------------------------------------------------------------------------------------------

    async def _page(self, call: str, ask: Callable[[Any, dict[str, Any]], Awaitable[Any]]) -> Any:
        """One signed request; signed anew, with a clock measured anew, where the venue says that ours is off."""
        purpose = Purpose.READ if call in _NOT_URGENT else Purpose.RECONCILE
        try:
            return await self._calls.read(purpose, call, lambda client: ask(client, self._signed()))
        except Failed as failed:
            if failed.reply.code not in self._profile.answers.clock_off:
                raise
        await self.clock_offset_ms()
        return await self._calls.read(purpose, call, lambda client: ask(client, self._signed()))

    async def _read(self, ask: Callable[[], Awaitable[Any]], parse: Callable[[Any], _T]) -> _T:
        await self._calls.listing(fresh=False)
        try:
            return parse(await ask())
        except Failed as failed:
            raise self._unavailable(failed) from None
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            why = f"unreadable: {type(error).__name__}"
            raise ExchangeUnavailable(_("%(venue)s gave no usable answer."), venue=self.venue, reason=why) from None

    async def _find(self, ask: Callable[[], Awaitable[Unified | None]]) -> VenueOrder | None:
        async def found() -> Unified | None:
            try:
                return await ask()
            except Failed as failed:
                if failed.meaning(Stage.FIND)[0] is Meaning.NOT_THERE:
                    return None
                raise

        return await self._read(found, lambda order: None if order is None else self._order(order))

    def _unavailable(self, failed: Failed) -> ExchangeUnavailable | KeyRefused:
        meaning, sentence = failed.meaning(Stage.READ)
        if meaning is Meaning.KEY_REFUSED:
            return self._key_refused(failed, sentence)
        return ExchangeUnavailable(_("%(venue)s does not answer."), venue=self.venue, reason=failed.reason)

    # Writing --------------------------------------------------------------------------------------------------

    def _not_placed(self, failed: Failed) -> Rejected | Unknown:
        meaning, sentence = failed.meaning(Stage.PLACE)
        if meaning is Meaning.REFUSED:
            return Rejected(code=failed.reply.code, message=sentence)
        self._raise_if_key_refused(failed, meaning, sentence)
        return Unknown(failed.reason)

    def _raise_if_key_refused(self, failed: Failed, meaning: Meaning, sentence: str) -> None:
        if meaning is Meaning.KEY_REFUSED:
            raise self._key_refused(failed, sentence) from None

    def _key_refused(self, failed: Failed, sentence: str) -> KeyRefused:
        return KeyRefused(sentence, venue=self.venue, reason=failed.reason)

    # Streaming ------------------------------------------------------------------------------------------------

    async def _streaming(self) -> Any:
        offset = await self.clock_offset_ms() if self._offset_ms is None else self._offset_ms
        return await self._calls.streaming(offset_ms=offset)

    def _reports_into(self, client: Any, put: Put) -> Put:
        def report(raw: Any) -> None:
            for kind, unified in self._profile.reported(client, raw):
                put(self._order(unified) if kind == "order" else trade_of(unified))

        return report

    # Values ---------------------------------------------------------------------------------------------------

    def _order(self, order: Unified) -> VenueOrder:
        return order_of(
            order,
            client_order_id=self._profile.client_order_id(order),
            limit_price=self._profile.limit_price(order),
        )

    def _orders(self, rows: list[Unified]) -> list[VenueOrder]:
        return sorted((self._order(row) for row in rows), key=lambda order: order.created_ms)

    def _price(self, ticker: Unified) -> Decimal:
        if not self._profile.has_price(ticker.get("last")):
            raise ValueError("no price")
        return exact(ticker["last"])

    def _markets(self, listing: Listing) -> dict[str, ExchangeMarket]:
        traded = (each for each in listing.markets.values() if each.get("active") and each.get("spot"))
        return {each["symbol"]: self._profile.market(each) for each in traded}

    def _signed(self) -> dict[str, Any]:
        return self._profile.signed(at_ms=self._venue_now_ms(), window_ms=READ_WINDOW_MS)

    def _venue_now_ms(self) -> int:
        return clock_rule.signed_ms(our_ms=_now_ms(), offset=self._offset_ms or 0)


def _has_failed(error: BaseException) -> bool | None:
    return error.may_pass() if isinstance(error, Failed) else None


def _now_ms() -> int:
    return clock.to_ms(clock.now())
