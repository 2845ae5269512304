"""The same orders over the same candles, by the product's fill rules and at the sandbox in bar mode.

`Pure` steps a spec through `trading.fills`; `AtVenue` sends it to the pure venue in Binance's words, and acts for the
platform where the exchange has no such order: it moves a bracket's stop, and closes what has run out of time. The two
translations share nothing.
"""

from __future__ import annotations

from typing import Any

from tests.sandbox.venue_stage import settle
from trading.fills import Bar, Bracket, Costs, Oco, OrderSpec, Oto, cancel, check, cost_of, start, step
from trading.sandbox.venue import placing
from trading.sandbox.venue.lists import place_chain, place_pair
from trading.sandbox.venue.orders import Ticket

COSTS = Costs(maker_ppm=700, taker_ppm=1300)
TYPES = {
    "market": "MARKET",
    "limit": "LIMIT",
    "stop": "STOP_LOSS",
    "stop_limit": "STOP_LOSS_LIMIT",
    "take_profit": "TAKE_PROFIT",
    "take_profit_limit": "TAKE_PROFIT_LIMIT",
}


class Pure:
    """One spec on its way through the bars. fills: (bar, leg, side, price, quantity, quote, fee) in 1e-8."""

    def __init__(self, market: Any, spec: Any, last: int) -> None:
        self.market, self.spec, self.fills = market, spec, []
        check(spec, last)
        self.state = start(spec, last)

    def meet(self, candle: Any) -> None:
        tick, step_size = self.market.tick, self.market.step
        bar = Bar(*(price // tick for price in (candle.open, candle.high, candle.low, candle.close)))
        self.state, fills = step(self.spec, self.state, bar, COSTS)
        for fill in fills:
            notional, fee = cost_of(fill, tick * step_size // 10**8, COSTS)
            side = side_of(self.spec, fill.leg)
            size = fill.ticks * tick, fill.steps * step_size
            self.fills.append((candle.open_ms, fill.leg, side, *size, notional, fee))

    def end(self) -> None:
        self.state = cancel(self.state)


def side_of(spec: Any, leg: int) -> int:
    if isinstance(spec, Bracket):
        return spec.side if leg == 0 else -spec.side
    if isinstance(spec, Oto) and leg:
        return side_of(spec.then, 0)
    one = spec.one if isinstance(spec, Oco) else spec.first if isinstance(spec, Oto) else spec
    return one.side


class AtVenue:
    """The same spec at the sandbox. Its orders, by leg."""

    def __init__(self, venue: Any, account: Any, market: Any, spec: Any, at_ms: int) -> None:
        self.venue, self.account, self.market, self.spec = venue, account, market, spec
        self.legs: list[tuple[int, Any]] = []  # leg, order
        self._stop = spec.stop_ticks if isinstance(spec, Bracket) else 0
        self._place(spec, at_ms)

    def _place(self, spec: Any, at_ms: int) -> None:
        if isinstance(spec, OrderSpec):
            self._keep({0: placing.place(self.venue, self.account, self.ticket(spec), at_ms)})
        elif isinstance(spec, Oco):
            self._pair({0: spec.one, 1: spec.other}, at_ms)
        elif isinstance(spec, Oto):
            then = [spec.then.one, spec.then.other] if isinstance(spec.then, Oco) else [spec.then]
            self._chain(spec.first, dict(enumerate(then, 1)), at_ms)
        else:
            self._chain(spec.entry, self._exits(spec.stop_ticks, spec.steps), at_ms)
        settle(self.venue)

    def _exits(self, stop: int, steps: int) -> dict[int, OrderSpec]:
        """What protects a bracket's position: its stop, and a pair with its one target."""
        side = -self.spec.side
        exits = {1: OrderSpec("stop", side, steps, stop_ticks=stop)}
        if self.spec.targets:
            exits[2] = OrderSpec("limit", side, steps, self.spec.targets[0].ticks, time_in_force="GTX")
        return exits

    def _pair(self, legs: dict[int, OrderSpec], at_ms: int) -> None:
        above, below = by_place(legs)
        tickets = self.ticket(legs[above], leg=True), self.ticket(legs[below], leg=True)
        made = place_pair(self.venue, self.account, *tickets, "", at_ms)
        self._keep(dict(zip((above, below), self._orders(made), strict=True)))

    def _chain(self, first: OrderSpec, then: dict[int, OrderSpec], at_ms: int) -> None:
        order = by_place(then) if len(then) == 2 else list(then)
        tickets = [self.ticket(then[leg], leg=len(then) == 2) for leg in order]
        made = place_chain(self.venue, self.account, self.ticket(first), tickets, "", at_ms)
        self._keep(dict(zip((0, *order), self._orders(made), strict=True)))

    def _keep(self, orders: dict[int, Any]) -> None:
        self.legs += orders.items()

    def _orders(self, made: Any) -> list[Any]:
        return [self.venue.orders[each] for each in made.order_ids]

    def ticket(self, spec: OrderSpec, *, leg: bool = False) -> Ticket:
        """The order in Binance's words."""
        kind, tick, trail = spec.kind, self.market.tick, spec.trail
        if trail:
            adverse = trail.activation_way == spec.side
            kind = ("stop" if adverse else "take_profit") + ("_limit" if spec.limit_ticks else "")
        time = "GTC" if spec.time_in_force == "GTX" else spec.time_in_force
        return Ticket(
            symbol=self.market.symbol,
            side="BUY" if spec.side > 0 else "SELL",
            kind="LIMIT_MAKER" if kind == "limit" and (leg or spec.time_in_force == "GTX") else TYPES[kind],
            quantity=spec.steps * self.market.step,
            price=spec.limit_ticks * tick,
            stop=(trail.activation_ticks if trail else spec.stop_ticks) * tick,
            time_in_force=time,
            iceberg=spec.visible_steps * self.market.step,
            trailing_bps=trail.delta_bps if trail else 0,
        )

    def manage(self, state: Any, at_ms: int) -> bool:
        """After a bar: what the platform does for a bracket. False where the exchange would refuse the new stop."""
        if not isinstance(self.spec, Bracket) or not state.left:
            return True
        last = self.venue.books[self.market.symbol].last // self.market.tick
        side, due = self.spec.side, self.spec.time_stop_bars
        if due and state.bars >= due:
            self.end(at_ms)
            out = OrderSpec("market", -side, state.left)
            self._keep({1: placing.place(self.venue, self.account, self.ticket(out), at_ms)})
        elif state.stop != self._stop:
            if side * (last - state.stop) <= 0:
                return False
            self.end(at_ms)
            self._stop, exits = state.stop, self._exits(state.stop, state.left)
            if len(exits) == 2:
                if side * (self.spec.targets[0].ticks - last) <= 0:
                    return False
                self._pair(exits, at_ms)
            else:
                self._keep({1: placing.place(self.venue, self.account, self.ticket(exits[1]), at_ms)})
        settle(self.venue)
        return True

    def end(self, at_ms: int) -> None:
        for _, order in self.legs:
            if order.is_open:
                placing.cancel(self.venue, order, at_ms)
        settle(self.venue)

    @property
    def fills(self) -> list[tuple[int, ...]]:
        found = [
            (
                trade.id,
                trade.at_ms,
                leg,
                1 if trade.side == "BUY" else -1,
                trade.price,
                trade.quantity,
                trade.quote,
                trade.fee,
            )
            for leg, order in self.legs
            for trade in order.trades
        ]
        return [tuple(fill[1:]) for fill in sorted(found)]


def by_place(legs: dict[int, OrderSpec]) -> list[int]:
    """The numbers of two legs: the one above the market, the one below."""
    places = {leg: waits_above(spec) for leg, spec in legs.items()}
    return sorted(legs, key=lambda leg: not places[leg])


def waits_above(spec: OrderSpec) -> bool:
    buys, stops = spec.side > 0, spec.kind in {"stop", "stop_limit", "trailing"}
    return buys == stops
