"""Triangular arbitrage: three trades round three pairs of one venue that end with more than they began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top, View
from strategies.catalog.managing import Exact, Parameter
from strategies.catalog.markets import a_triangle, each_triangle


@dataclass(frozen=True, slots=True)
class Pair:
    """A market of the venue: base/quote, the best of its book, and the size that it takes whole multiples of."""

    base: str
    quote: str
    top: Top
    step: Decimal


@dataclass(frozen=True, slots=True)
class Seen:
    """Three pairs over three currencies. money: what is free of the currency it begins and ends with. age_ms: of the
    oldest book. taker_ppm: the venue's fee, taken from what each trade brings.
    """

    pairs: Mapping[str, Pair]
    home: str
    money: Decimal
    age_ms: int
    taker_ppm: int


def see(view: View) -> Seen:
    """The three pairs; home is the currency that none of them buys."""
    pairs = {one.id: Pair(one.base, one.quote, view.top(one), one.step) for one in view.instruments}
    [home] = {one.quote for one in view.instruments} - {one.base for one in view.instruments}
    return Seen(pairs, home, view.free(view.instruments[0], home), view.age_ms, view.costs.taker_ppm)


def find(seen: Seen, *, least_bps: int, share_pct: str, age_ms_most: int) -> Found | None:
    """The way round, of both, whose product of prices beats three fees and the buffer; sizes in whole steps."""
    if seen.age_ms > age_ms_most or len(seen.pairs) != 3:
        return None
    ways = [way for first in seen.pairs if (way := _way(seen, first))]
    found = [trade for way in ways if (trade := _round(seen, way, Decimal(share_pct) / 100))]
    paying = [trade for trade in found if trade.profit * 10_000 >= trade.capital * least_bps]
    return max(paying, key=lambda trade: trade.profit, default=None)


def _way(seen: Seen, first: str) -> list[tuple[str, int]]:
    """(pair, side) from home over `first` and back home; empty where it does not come back."""
    way: list[tuple[str, int]] = []
    has, left = seen.home, dict(seen.pairs)
    name = first
    while True:
        pair = left.pop(name)
        if has not in {pair.base, pair.quote}:
            return []
        side = 1 if has == pair.quote else -1
        way.append((name, side))
        has = pair.base if side > 0 else pair.quote
        if not left:
            return way if has == seen.home else []
        name = next((one for one, other in left.items() if has in {other.base, other.quote}), next(iter(left)))


def _round(seen: Seen, way: list[tuple[str, int]], share: Decimal) -> Found | None:
    """The trade along a way with as much as the thinnest of the books allows."""
    keeps, most, rate = 1 - seen.taker_ppm / PPM, seen.money, Decimal(1)
    for name, side in way:  # rate: what a unit of home has become
        top = seen.pairs[name].top
        most = min(most, (top.ask_size * top.ask if side > 0 else top.bid_size) * share / rate)
        rate *= (1 / top.ask if side > 0 else top.bid) * keeps
    legs, has, spent = [], most, Decimal(0)
    for name, side in way:
        pair = seen.pairs[name]
        price = pair.top.ask if side > 0 else pair.top.bid
        size = (has / price if side > 0 else has) // pair.step * pair.step
        if size <= 0:
            return None
        legs.append(Leg(name, side, size, price))
        spent = spent or (size * price if side > 0 else size)
        has = (size if side > 0 else size * price) * keeps
    return Found(tuple(legs), has - spent, spent, seen.home) if has > spent else None


FINDER = Finder(
    name="triangular",
    title=_("Triangular arbitrage"),
    family="arbitrage",
    hypothesis=_("Three prices that contradict each other are put right by whoever trades all three first."),
    regime=_("Fast moves in one of three pairs."),
    known_failure=_("The second or third book has moved when the order arrives, and what is held must be sold back."),
    needs=_("The best bid and ask of three pairs of one venue, all less than a fraction of a second old."),
    parameters=(
        Parameter("least_bps", int, 3, 1, 500, _("Least profit after fees, ten-thousandths of what it costs"), step=3),
        Exact("share_pct", "50", "1", "100", _("Takes at most so much of what the books show, percent"), "10"),
        Parameter("age_ms_most", int, 200, 10, 10_000, _("Books older than this do not count, milliseconds"), step=100),
    ),
    plan="pro",
    find=find,
    see=see,
    fits=a_triangle,
    among=each_triangle,
    in_kind=True,
)
