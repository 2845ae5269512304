"""Protective put: what is held is insured for a while by puts whose delta takes as much of it as is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import Finder, Found, Leg
from strategies.catalog.greeks import DAYS, option
from strategies.catalog.managing import Exact, Parameter


@dataclass(frozen=True, slots=True)
class Quote:
    """A put on one unit of the coin. days: to expiry. ask, ask_size: quote currency, units. volatility: that its price
    implies, a year, as a ratio.
    """

    strike: Decimal
    days: Decimal
    ask: Decimal
    ask_size: Decimal
    volatility: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What is held and what there is to insure it with. puts: by name. rate: without risk, a year. step: of puts."""

    held: Decimal
    spot: Decimal
    puts: Mapping[str, Quote]
    rate: float
    step: Decimal


def rule(p: Mapping[str, Any]) -> str | None:
    """The shortest put must be shorter than the longest."""
    return None if p["days_least"] < p["days_most"] else _("days_least must be below days_most.")


def find(
    seen: Seen, *, covered_pct: str, below_pct: str, days_least: int, days_most: int, cost_pct: str
) -> Found | None:
    """Puts that bring the delta of the position down by `covered_pct`: the cheapest by the day of those that qualify.

    They must pay below a floor that is no lower than asked, and cost no more than `cost_pct` of what is held. profit:
    minus what they cost, for insurance is paid for.
    """
    floor = seen.spot * (1 - Decimal(below_pct) / 100)
    worth = seen.held * seen.spot
    best: tuple[Decimal, Found] | None = None
    for name, put in sorted(seen.puts.items()):
        if put.strike < floor or not days_least <= put.days <= days_most:
            continue
        delta = option(
            call=False,
            spot=float(seen.spot),
            strike=float(put.strike),
            years=float(put.days) / DAYS,
            volatility=put.volatility,
            rate=seen.rate,
        ).delta
        if delta > -0.01:
            continue
        ratio = Decimal(repr(-delta)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)
        size = seen.held * Decimal(covered_pct) / 100 / ratio
        size = min(size, seen.held) // seen.step * seen.step  # more puts than coins would be a bet on a fall
        cost = size * put.ask
        if size <= 0 or size > put.ask_size or cost > worth * Decimal(cost_pct) / 100:
            continue
        if best is None or cost / put.days < best[0]:
            best = cost / put.days, Found((Leg(name, 1, size, put.ask),), -cost, cost, "quote")
    return best[1] if best else None


FINDER = Finder(
    name="protective_put",
    title=_("Protective put"),
    family="options",
    hypothesis=_("A put ends a loss at its strike, also overnight and through a gap, which no stop can."),
    regime=_("Before a fall, while options are cheap."),
    known_failure=_(
        "Nothing happens, and the premium is gone; in fear it costs more than the fall it insures against."
    ),
    needs=_("Quotes of options with strikes, expiries and implied volatilities, and an account that may buy them."),
    parameters=(
        Exact("covered_pct", "50", "1", "100", _("Part of the position's delta that is taken away, percent"), "10"),
        Exact("below_pct", "10", "0", "60", _("Strikes at most so far below the price, percent"), "5"),
        Parameter("days_least", int, 14, 1, 300, _("Days to expiry, at least"), step=7),
        Parameter("days_most", int, 90, 2, 400, _("Days to expiry, at most"), step=30),
        Exact("cost_pct", "5", "0.1", "50", _("The most it may cost, percent of what is held"), "1"),
    ),
    plan="enterprise",
    find=find,
    rule=rule,
)
