"""Dated basis: buy the coin, sell a dearer future on it, and wait until both are worth the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top
from strategies.catalog.managing import Exact, Parameter


@dataclass(frozen=True, slots=True)
class Seen:
    """Spot and a dated future now. days: until it is settled at the spot's price. money: quote currency free for the
    spot and the margin. step: whole multiples that both take. fees: taker's, ppm; settle_ppm: of the settlement.
    """

    spot: Top
    future: Top
    days: Decimal
    money: Decimal
    step: Decimal
    spot_ppm: int
    future_ppm: int
    settle_ppm: int


def find(seen: Seen, *, margin_pct: str, least_pct: str, days_most: int) -> Found | None:
    """Both legs where the basis pays the fees and, by the year, what is asked of the capital.

    profit: fixed when both legs have filled, if the coin is sold at settlement. capital: the spot and the margin.
    """
    if not 0 < seen.days <= days_most:
        return None
    buy, sell = seen.spot.ask, seen.future.bid
    each = buy * (1 + seen.spot_ppm / PPM) + sell * Decimal(margin_pct) / 100
    size = min(seen.money / each, seen.spot.ask_size, seen.future.bid_size) // seen.step * seen.step
    if size <= 0:
        return None
    fees = (2 * buy * seen.spot_ppm + sell * (seen.future_ppm + seen.settle_ppm)) / PPM
    profit, capital = (sell - buy - fees) * size, each * size
    if profit <= 0 or profit / capital * 365 / seen.days < Decimal(least_pct) / 100:
        return None
    return Found((Leg("spot", 1, size, buy), Leg("future", -1, size, sell)), profit, capital, "quote")


FINDER = Finder(
    name="dated_basis",
    title=_("Dated basis"),
    family="carry",
    hypothesis=_("A future is worth the coin on its last day; until then its premium pays whoever supplies the coin."),
    regime=_("Rising markets, in which futures cost more than the coin."),
    known_failure=_("A rise calls for margin on the future while the coin lies elsewhere; or the venue fails before."),
    needs=_("Spot and futures books with the day of settlement, and an account that may short the future."),
    parameters=(
        Exact("margin_pct", "30", "5", "100", _("Margin of the future, percent of its worth"), "5"),
        Exact("least_pct", "6", "0", "500", _("Least return a year on the capital, percent"), "2"),
        Parameter("days_most", int, 200, 1, 400, _("Settled in so many days at most"), step=30),
    ),
    plan="pro",
    find=find,
)
