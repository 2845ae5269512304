"""Funding carry: hold the coin, short its perpetual, and be paid the funding, without a direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import FUNDING_KNOWN_MS, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top, View
from strategies.catalog.managing import Exact, Parameter
from strategies.catalog.markets import contracts_of, covered, each_contract, spot_of

HOUR_MS: Final = 3_600_000
_USUAL_H: Final = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """Spot and perpetual now, and what the two markets are called. rates: the last funding rates as ratios, oldest
    first, one each `hours`; none where the last one is stale. money: quote currency free for the spot and the margin.
    step: whole multiples that both take. fees: taker's, ppm. age_ms: of the older book.
    """

    markets: tuple[str, str]
    spot: Top
    perpetual: Top
    rates: tuple[Decimal, ...]
    hours: int
    money: Decimal
    step: Decimal
    spot_ppm: int
    perpetual_ppm: int
    age_ms: int


def fits(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not a coin and its perpetual; None where they are."""
    if covered(instruments, ContractKind.PERPETUAL):
        return None
    return _("It holds a coin against its perpetual: choose a pair, and its perpetual on the same exchange.")


def see(view: View) -> Seen:
    """Both books, the rates that are known, and the money of their venue."""
    spot, [perpetual] = spot_of(view.instruments), contracts_of(view.instruments)
    set_at = view.rates.get(perpetual.id, ())
    fresh = bool(set_at) and view.now_ms - set_at[-1][0] <= FUNDING_KNOWN_MS
    hours = max(round((set_at[-1][0] - set_at[-2][0]) / HOUR_MS), 1) if len(set_at) > 1 else _USUAL_H
    return Seen(
        markets=(spot.id, perpetual.id),
        spot=view.top(spot),
        perpetual=view.top(perpetual),
        rates=tuple(rate for _at_ms, rate in set_at) if fresh else (),
        hours=hours,
        money=view.free(spot, spot.quote),
        step=view.step,
        spot_ppm=view.costs.taker_ppm,
        perpetual_ppm=view.costs.taker_ppm,
        age_ms=view.age_ms,
    )


def find(seen: Seen, *, days: int, looks_back: int, margin_pct: str, least_pct: str, age_ms_most: int) -> Found | None:
    """Both legs where the mean of the last rates, for `days`, pays all four fees, the gap and what is asked beyond.

    profit: expected over `days`, not certain. capital: the spot and the margin of the short.
    """
    recent = seen.rates[-looks_back:]
    if len(recent) < looks_back or min(recent) <= 0 or seen.age_ms > age_ms_most:
        return None  # one rate that was paid instead of earned, and it is left alone
    buy, sell = seen.spot.ask, seen.perpetual.bid
    margin = Decimal(margin_pct) / 100
    each = buy * (1 + seen.spot_ppm / PPM) + sell * margin
    size = min(seen.money / each, seen.spot.ask_size, seen.perpetual.bid_size) // seen.step * seen.step
    if size <= 0:
        return None
    periods = Decimal(days * 24) / seen.hours
    earned = sum(recent, Decimal(0)) / len(recent) * periods * sell
    fees = 2 * (buy * seen.spot_ppm + sell * seen.perpetual_ppm) / PPM
    gap = sell - buy  # below zero it costs: the perpetual comes back to the spot in the end
    profit, capital = (earned - fees + gap) * size, each * size
    if profit * 365 / days < capital * Decimal(least_pct) / 100:
        return None
    spot, perpetual = seen.markets
    return Found((Leg(spot, 1, size, buy), Leg(perpetual, -1, size, sell, margin)), profit, capital, "quote")


def leaves(seen: Seen, *, looks_back: int, **_others: object) -> bool:
    """Where the mean of the last rates is paid and no longer earned; rates that are not known change nothing."""
    recent = seen.rates[-looks_back:]
    return len(recent) == looks_back and sum(recent, Decimal(0)) <= 0


FINDER = Finder(
    name="funding_carry",
    title=_("Funding carry"),
    family="carry",
    hypothesis=_(
        "Who is long with leverage pays for it; holding the coin against a short is paid without a direction."
    ),
    regime=_("Rising markets with much leverage: funding above zero for weeks."),
    known_failure=_("Funding turns, or a sharp rise eats the short's margin while the coin lies elsewhere."),
    needs=_(
        "Books of a pair and of its perpetual, funding rates as they are set, and an account that may sell it short."
    ),
    parameters=(
        Parameter("days", int, 14, 1, 365, _("Expected to be held so many days"), step=7),
        Parameter("looks_back", int, 9, 1, 200, _("Funding rates that are averaged, all above zero"), step=3),
        Exact("margin_pct", "30", "5", "100", _("Margin of the short, percent of its worth"), "5"),
        Exact("least_pct", "5", "0", "500", _("Least expected return a year, percent"), "5"),
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
    leaves=leaves,
)
