"""Funding carry: hold the coin, short its perpetual, and be paid the funding, without a direction."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top
from strategies.catalog.managing import Exact, Parameter


@dataclass(frozen=True, slots=True)
class Seen:
    """Spot and perpetual now. rates: the last funding rates as ratios, oldest first, one each `hours`. money: quote
    currency free for the spot and the margin. step: whole multiples that both take. fees: taker's, ppm.
    """

    spot: Top
    perpetual: Top
    rates: tuple[Decimal, ...]
    hours: int
    money: Decimal
    step: Decimal
    spot_ppm: int
    perpetual_ppm: int


def find(seen: Seen, *, days: int, looks_back: int, margin_pct: str, least_pct: str) -> Found | None:
    """Both legs where the mean of the last rates, for `days`, pays all four fees, the gap and what is asked beyond.

    profit: expected over `days`, not certain. capital: the spot and the margin of the short.
    """
    recent = seen.rates[-looks_back:]
    if len(recent) < looks_back or min(recent) <= 0:
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
    return Found((Leg("spot", 1, size, buy), Leg("perpetual", -1, size, sell)), profit, capital, "quote")


FINDER = Finder(
    name="funding_carry",
    title=_("Funding carry"),
    family="carry",
    hypothesis=_(
        "Who is long with leverage pays for it; holding the coin against a short is paid without a direction."
    ),
    regime=_("Rising markets with much leverage: funding above zero for weeks."),
    known_failure=_("Funding turns, or a sharp rise eats the short's margin while the coin lies elsewhere."),
    needs=_("Spot and perpetual books, funding rates as they are set, and an account that may short the perpetual."),
    parameters=(
        Parameter("days", int, 14, 1, 365, _("Expected to be held so many days"), step=7),
        Parameter("looks_back", int, 9, 1, 200, _("Funding rates that are averaged, all above zero"), step=3),
        Exact("margin_pct", "30", "5", "100", _("Margin of the short, percent of its worth"), "5"),
        Exact("least_pct", "5", "0", "500", _("Least expected return a year, percent"), "5"),
    ),
    plan="pro",
    find=find,
)
