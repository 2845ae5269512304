"""Cross-exchange arbitrage: buy where it is cheap and sell where it is dear at once, with inventory on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top, View
from strategies.catalog.managing import Exact, Parameter
from strategies.catalog.markets import each_pair, same_pair


@dataclass(frozen=True, slots=True)
class Venue:
    """One venue as it is now. top: of the pair's book. base, quote: what is free there. taker_ppm: its fee."""

    top: Top
    base: Decimal
    quote: Decimal
    taker_ppm: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The same pair on several venues. step: the size that all take whole multiples of. age_ms: of the older book."""

    venues: Mapping[str, Venue]
    step: Decimal
    age_ms: int


def see(view: View) -> Seen:
    """Each venue with its best prices and what is free there."""
    venues = {
        one.id: Venue(view.top(one), view.free(one, one.base), view.free(one, one.quote), view.costs.taker_ppm)
        for one in view.instruments
    }
    return Seen(venues, view.step, view.age_ms)


def find(seen: Seen, *, least_bps: int, share_pct: str, age_ms_most: int) -> Found | None:
    """The pair of venues that pays most after both fees and the buffer, for as much as both books and balances hold."""
    if seen.age_ms > age_ms_most:
        return None
    best: Found | None = None
    for buy_at, cheap in seen.venues.items():
        for sell_at, dear in seen.venues.items():
            found = (
                _between(seen, buy_at, cheap, sell_at, dear, Decimal(share_pct) / 100) if buy_at != sell_at else None
            )
            if (
                found
                and found.profit * 10_000 >= found.capital * least_bps
                and (not best or found.profit > best.profit)
            ):
                best = found
    return best


def _between(seen: Seen, buy_at: str, cheap: Venue, sell_at: str, dear: Venue, share: Decimal) -> Found | None:
    ask, bid = cheap.top.ask, dear.top.bid
    dearer = ask * (1 + cheap.taker_ppm / PPM)
    each = bid * (1 - dear.taker_ppm / PPM) - dearer
    room = min(cheap.top.ask_size * share, dear.top.bid_size * share, dear.base, cheap.quote / dearer)
    size = room // seen.step * seen.step
    if each <= 0 or size <= 0:
        return None
    legs = (Leg(buy_at, 1, size, ask), Leg(sell_at, -1, size, bid))
    return Found(legs, each * size, dearer * size, "quote")


FINDER = Finder(
    name="cross_exchange",
    title=_("Cross-exchange arbitrage"),
    family="arbitrage",
    hypothesis=_("The same coin cannot cost more elsewhere for long; who holds both sides everywhere takes the gap."),
    regime=_("Fast moves that one venue follows later than another."),
    known_failure=_("One leg fills and the other has moved; or the gap stays because withdrawals are closed."),
    needs=_("The best bid and ask of the pair on two venues or more, less than a second old, and balances on both."),
    parameters=(
        Parameter("least_bps", int, 5, 1, 500, _("Least profit after fees, ten-thousandths of what it costs"), step=5),
        Exact("share_pct", "50", "1", "100", _("Takes at most so much of what the books show, percent"), "10"),
        Parameter("age_ms_most", int, 500, 10, 10_000, _("Books older than this do not count, milliseconds"), step=250),
    ),
    plan="pro",
    find=find,
    see=see,
    fits=same_pair,
    among=each_pair,
    stocks=True,
)
