"""Every kind of order fills in the sandbox's bar mode as by the product's rules, to the last digit of real candles."""

import random
from dataclasses import replace
from itertools import islice

import pytest

from tests.sandbox.both_sides import COSTS, AtVenue, Pure
from tests.sandbox.venue_stage import new_venue, rich, settle
from trading.fills import (
    GROUPS,
    KINDS,
    Bracket,
    BreakEven,
    Oco,
    OrderContradicts,
    OrderSpec,
    Oto,
    Target,
    Trail,
    WrongSide,
    check,
)
from trading.sandbox.candle_files import read_candles
from trading.sandbox.venue.candles import post_bar
from trading.sandbox.venue.rebuild import rebuilt
from trading.sandbox.venue.refusals import Refusal
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.walking import open_market

BARS, ROUND = 700, 9
FAR = (2, 4, 8, 16)  # thousandths of the price


class Chance:
    """Seeded draws around the last price, in ticks and steps."""

    def __init__(self, seed, last):
        self.random, self.last = random.Random(seed), last  # noqa: S311 - no secret
        self.side = self.random.choice((1, -1))
        self.steps = self.random.randint(2000, 60_000)

    def away(self, way):
        """A price that lies a few thousandths above (+1) or below (-1) the last one."""
        return self.last + way * self.last * self.random.choice(FAR) // 1000

    def near(self, price):
        return price + self.last * self.random.randint(-3, 3) // 1000

    def order(self, kind, side=0, **more):
        side = side or self.side
        way = 0 if kind in {"market", "limit"} else side if kind.startswith("stop") else -side
        stop = self.away(way) if way else 0
        if kind.endswith("limit"):
            more.setdefault("limit_ticks", self.near(stop) if stop else self.away(-side))
        return OrderSpec(kind, side, self.steps, stop_ticks=stop, **more)

    def trailing(self, limit=0, way=0, **more):
        activation = self.away(way * self.side) if way else 0
        trail = Trail(
            delta_bps=self.random.choice((20, 55, 133)), activation_ticks=activation, activation_way=way * self.side
        )
        return OrderSpec("trailing", self.side, self.steps, limit, trail=trail, **more)

    def pair(self, stop="stop", target="limit", side=0):
        legs = self.order(stop, side), self.order(target, side)
        return Oco(*legs) if self.random.random() < 0.5 else Oco(*reversed(legs))

    def chain(self, then):
        """An entry by a limit, and what follows it: prices lie around the entry."""
        first = self.order("limit", limit_ticks=self.away(-self.side))
        self.last = first.limit_ticks
        return Oto(first, then(self, -first.side))

    def bracket(self, *, target=True, **more):
        first = self.order("limit", limit_ticks=self.away(-self.side))
        self.last = first.limit_ticks
        targets = (Target(self.away(self.side), self.steps),) if target else ()
        return Bracket(first, self.away(-self.side), targets, **more)


CASES = {
    "market": lambda c: c.order("market"),
    "limit": lambda c: c.order("limit"),
    "limit that crosses": lambda c: c.order("limit", limit_ticks=c.away(c.side)),
    "limit IOC": lambda c: c.order("limit", limit_ticks=c.near(c.last), time_in_force="IOC"),
    "limit FOK": lambda c: c.order("limit", limit_ticks=c.near(c.last), time_in_force="FOK"),
    "limit post-only": lambda c: c.order("limit", time_in_force="GTX"),
    "limit iceberg": lambda c: c.order("limit", visible_steps=c.steps // 3),
    "stop": lambda c: c.order("stop"),
    "stop_limit": lambda c: c.order("stop_limit"),
    "stop_limit IOC": lambda c: c.order("stop_limit", time_in_force="IOC"),
    "stop_limit FOK": lambda c: c.order("stop_limit", time_in_force="FOK"),
    "take_profit": lambda c: c.order("take_profit"),
    "take_profit_limit": lambda c: c.order("take_profit_limit"),
    "trailing": lambda c: c.trailing(),
    "trailing from a profit on": lambda c: c.trailing(way=-1),
    "trailing from a loss on": lambda c: c.trailing(way=1),
    "trailing into a limit": lambda c: c.trailing(limit=c.near(c.last)),
    "trailing into a limit IOC": lambda c: c.trailing(limit=c.near(c.last), time_in_force="IOC"),
    "oco": lambda c: c.pair(),
    "oco of a stop_limit": lambda c: c.pair("stop_limit"),
    "oco of a take_profit": lambda c: c.pair(target="take_profit"),
    "oco of both with limits": lambda c: c.pair("stop_limit", "take_profit_limit"),
    "oto": lambda c: c.chain(lambda c, side: c.order("stop", side)),
    "oto of a market order": lambda c: c.chain(lambda c, side: c.order("market", side)),
    "oto of a take_profit": lambda c: c.chain(lambda c, side: c.order("take_profit", side)),
    "oto of a pair": lambda c: c.chain(lambda c, side: c.pair(side=side)),
    "oto of a pair with limits": lambda c: c.chain(lambda c, side: c.pair("stop_limit", "take_profit_limit", side)),
    "bracket": lambda c: c.bracket(),
    "bracket that breaks even": lambda c: c.bracket(target=False, break_even=BreakEven(after_bps=60)),
    "bracket that trails": lambda c: c.bracket(target=False, trail=Trail(delta_bps=180)),
    "bracket that trails to a target": lambda c: c.bracket(trail=Trail(delta_bps=180)),
    "bracket with a time stop": lambda c: c.bracket(time_stop_bars=3),
}


@pytest.fixture(scope="module")
def both(real_data):
    """{case: (fills by the rules, fills at the sandbox)}: all in one walk, a new order of each every ROUND bars."""
    venue = new_venue(in_bars=True)
    fees = {"maker_ppm": COSTS.maker_ppm, "taker_ppm": COSTS.taker_ppm}
    open_market(venue, replace(venue.markets["BTCUSDT"], **fees), 0)
    market = venue.markets["BTCUSDT"]
    accounts = {case: rich(venue, case.replace(" ", "-")) for case in CASES}
    found = {case: ([], []) for case in CASES}
    rounds = {}
    for number, candle in enumerate(islice(read_candles(real_data / "ohlcv/binance_BTC-USDT_1h.parquet"), BARS)):
        post_bar(venue, "BTCUSDT", candle, candle.open_ms)
        settle(venue)
        bar = venue.books["BTCUSDT"].bars[-1]
        for case, (ours, theirs) in list(rounds.items()):
            ours.meet(bar)
            if number % ROUND and theirs.manage(ours.state, candle.open_ms):
                continue
            ours.end()
            theirs.end(candle.open_ms)
            found[case][0].extend(ours.fills)
            found[case][1].extend(theirs.fills)
            del rounds[case]
        if number % ROUND == 0:
            last = bar.close // market.tick
            for case, make in CASES.items():
                spec = make(Chance(f"{case} {number}", last))
                made = AtVenue(venue, accounts[case], market, spec, candle.open_ms)
                rounds[case] = Pure(market, spec, last), made
    return found, venue


@pytest.mark.parametrize("kind", [*KINDS, *GROUPS])
def test_every_kind_fills_alike_on_both_sides(both, kind):
    cases = [case for case in CASES if case.split()[0] == kind]
    assert cases, f"no case shows how {kind} fills"
    for case in cases:
        ours, theirs = both[0][case]
        assert len(ours) >= 15, f"{case} hardly ever fills"
        assert theirs == ours, case


def test_a_sandbox_that_starts_again_in_the_middle_of_it_all_stands_where_it_stood(both):
    _, venue = both
    again = rebuilt(Venue(in_bars=True), venue.facts)
    for part in ("accounts", "orders", "lists", "books"):
        assert getattr(again, part) == getattr(venue, part), part


WRONG = {
    "stop": lambda c: OrderSpec("stop", c.side, c.steps, 0, c.away(-c.side)),
    "stop_limit": lambda c: OrderSpec("stop_limit", c.side, c.steps, c.last, c.away(-c.side)),
    "take_profit": lambda c: OrderSpec("take_profit", c.side, c.steps, 0, c.away(c.side)),
    "take_profit_limit": lambda c: OrderSpec("take_profit_limit", c.side, c.steps, c.last, c.away(c.side)),
    "post-only": lambda c: OrderSpec("limit", c.side, c.steps, c.last, 0, "GTX"),
    "pair": lambda c: Oco(OrderSpec("stop", -1, 9000, 0, c.away(1)), OrderSpec("limit", -1, 9000, c.away(1))),
    "pair of limits": lambda c: Oco(OrderSpec("limit", -1, 9000, c.away(-1)), OrderSpec("limit", -1, 9000, c.away(1))),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_check_refuses_the_sandbox_refuses(wrong):
    venue = new_venue(in_bars=True)
    account, market = rich(venue), venue.markets["BTCUSDT"]
    for seed in range(10):
        spec = WRONG[wrong](Chance(seed, market.price // market.tick))
        with pytest.raises((WrongSide, OrderContradicts)):
            check(spec, market.price // market.tick)
        with pytest.raises(Refusal):
            AtVenue(venue, account, market, spec, 0)
