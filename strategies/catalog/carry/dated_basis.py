"""Dated basis: buy the coin, sell a dearer future on it, and wait until both are worth the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import DAY_MS, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top, View
from strategies.catalog.managing import Exact, Parameter
from strategies.catalog.markets import contracts_of, covered, each_contract, spot_of


@dataclass(frozen=True, slots=True)
class Seen:
    """Spot and a dated future now, and what the two markets are called. days: until it is settled at the spot's price.
    money: quote currency free for the spot and the margin. step: whole multiples that both take. fees: taker's, ppm;
    settle_ppm: of the settlement. age_ms: of the older book.
    """

    markets: tuple[str, str]
    spot: Top
    future: Top
    days: Decimal
    money: Decimal
    step: Decimal
    spot_ppm: int
    future_ppm: int
    settle_ppm: int
    age_ms: int


def fits(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not a coin and a future on it; None where they are."""
    if covered(instruments, ContractKind.FUTURE):
        return None
    return _("It holds a coin against a future on it: choose a pair, and a future on it of the same exchange.")


def see(view: View) -> Seen:
    """Both books, the time that is left, and the money of their venue."""
    spot, [future] = spot_of(view.instruments), contracts_of(view.instruments)
    ends_ms = future.contract.expires_ms if future.contract is not None else None
    fee = view.costs.taker_ppm
    return Seen(
        markets=(spot.id, future.id),
        spot=view.top(spot),
        future=view.top(future),
        days=Decimal((ends_ms or 0) - view.now_ms) / DAY_MS,
        money=view.free(spot, spot.quote),
        step=view.step,
        spot_ppm=fee,
        future_ppm=fee,
        settle_ppm=fee,
        age_ms=view.age_ms,
    )


def find(seen: Seen, *, margin_pct: str, least_pct: str, days_most: int, age_ms_most: int) -> Found | None:
    """Both legs where the basis pays the fees and, by the year, what is asked of the capital.

    profit: fixed when both legs have filled, if the coin is sold at settlement. capital: the spot and the margin.
    """
    if not 0 < seen.days <= days_most or seen.age_ms > age_ms_most:
        return None
    buy, sell, margin = seen.spot.ask, seen.future.bid, Decimal(margin_pct) / 100
    each = buy * (1 + seen.spot_ppm / PPM) + sell * margin
    size = min(seen.money / each, seen.spot.ask_size, seen.future.bid_size) // seen.step * seen.step
    if size <= 0:
        return None
    fees = (2 * buy * seen.spot_ppm + sell * (seen.future_ppm + seen.settle_ppm)) / PPM
    profit, capital = (sell - buy - fees) * size, each * size
    if profit <= 0 or profit / capital * 365 / seen.days < Decimal(least_pct) / 100:
        return None
    spot, future = seen.markets
    return Found((Leg(spot, 1, size, buy), Leg(future, -1, size, sell, margin)), profit, capital, "quote")


FINDER = Finder(
    name="dated_basis",
    title=_("Dated basis"),
    family="carry",
    hypothesis=_("A future is worth the coin on its last day; until then its premium pays whoever supplies the coin."),
    regime=_("Rising markets, in which futures cost more than the coin."),
    known_failure=_("A rise calls for margin on the future while the coin lies elsewhere; or the venue fails before."),
    needs=_("Books of a pair and of a dated future on it, and an account that may sell the future short."),
    parameters=(
        Exact("margin_pct", "30", "5", "100", _("Margin of the future, percent of its worth"), "5"),
        Exact("least_pct", "6", "0", "500", _("Least return a year on the capital, percent"), "2"),
        Parameter("days_most", int, 200, 1, 400, _("Settled in so many days at most"), step=30),
        Parameter(
            "age_ms_most", int, 2_000, 10, 60_000, _("Books older than this do not count, milliseconds"), step=500
        ),
    ),
    plan="pro",
    find=find,
    see=see,
    fits=fits,
    among=each_contract,
    hedged=True,
)
