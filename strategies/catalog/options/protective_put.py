"""Protective put: what is held is insured for a while by puts whose delta takes as much of it as is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import DAY_MS, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, View
from strategies.catalog.greeks import DAYS, option, volatility_of
from strategies.catalog.managing import Exact, Parameter
from strategies.catalog.markets import CONTRACTS_MOST, contracts_of, covered, each_coin, spot_of

_LEAST: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quote:
    """A put on one unit of the coin. days: to expiry. ask, ask_size: quote currency, units. volatility: that its price
    implies, a year, as a ratio. held: units of it that are held.
    """

    strike: Decimal
    days: Decimal
    ask: Decimal
    ask_size: Decimal
    volatility: float
    held: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is held and what there is to insure it with. puts: by name. rate: without risk, a year. step: of puts.
    money: quote currency that is free. age_ms: of the oldest book. fee_ppm: the taker's, of what puts cost.
    """

    held: Decimal
    spot: Decimal
    puts: Mapping[str, Quote]
    rate: float
    step: Decimal
    money: Decimal
    fee_ppm: int
    age_ms: int


def fits(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not a coin and puts on it; None where they are."""
    puts = all(one.contract is not None and not one.contract.is_call for one in contracts_of(instruments))
    if puts and covered(instruments, ContractKind.OPTION, most=CONTRACTS_MOST):
        return None
    return _("It insures a coin by puts on it: choose a pair, and from one to twenty puts on it of the same exchange.")


def see(view: View) -> Seen:
    """What is held, and each put with the volatility that its ask implies, where there is one or it is held."""
    spot, puts = spot_of(view.instruments), dict[str, Quote]()
    top = view.top(spot)
    middle = (top.bid + top.ask) / 2
    for one in contracts_of(view.instruments):
        terms, ask, held = one.contract, view.top(one), view.free(one, one.asset)
        if terms is None or terms.strike is None or terms.expires_ms is None:
            continue
        days = Decimal(terms.expires_ms - view.now_ms) / DAY_MS
        facts = {"spot": float(middle), "strike": float(terms.strike), "years": float(days) / DAYS}
        implied = volatility_of(float(ask.ask), call=False, **facts)
        if implied is not None or held:
            puts[one.id] = Quote(terms.strike, days, ask.ask, ask.ask_size, implied or 0.0, held)
    free, held = view.free(spot, spot.quote), view.free(spot, spot.asset)
    step = max((one.step for one in contracts_of(view.instruments)), default=spot.step)
    return Seen(held, middle, puts, 0.0, step, free, view.costs.taker_ppm, view.age_ms)


def rule(p: Mapping[str, Any]) -> str | None:
    """The shortest put must be shorter than the longest."""
    return None if p["days_least"] < p["days_most"] else _("days_least must be below days_most.")


def find(
    seen: Seen, *, covered_pct: str, below_pct: str, days_least: int, days_most: int, cost_pct: str, age_ms_most: int
) -> Found | None:
    """Puts that bring the delta of the position down by `covered_pct`, those that are held counted: the cheapest by the
    day of those that pay below a floor no lower than asked, and cost no more than `cost_pct` of what is held.

    profit: minus what they cost, for insurance is paid for.
    """
    if seen.age_ms > age_ms_most:
        return None
    floor = seen.spot * (1 - Decimal(below_pct) / 100)
    worth = seen.held * seen.spot
    wanted = seen.held * Decimal(covered_pct) / 100
    wanted -= sum((put.held * _ratio(seen, put) for put in seen.puts.values() if put.held), Decimal(0))
    room = seen.held - sum((put.held for put in seen.puts.values()), Decimal(0))  # more would be a bet on a fall
    best: tuple[Decimal, Found] | None = None
    for name, put in sorted(seen.puts.items()):
        if put.strike < floor or not days_least <= put.days <= days_most:
            continue
        ratio = _ratio(seen, put)
        if ratio < _LEAST:
            continue
        size = min(wanted / ratio, room) // seen.step * seen.step
        cost = size * put.ask
        dear = cost > worth * Decimal(cost_pct) / 100 or cost * (1 + seen.fee_ppm / PPM) > seen.money
        if size <= 0 or size > put.ask_size or dear:
            continue
        if best is None or cost / put.days < best[0]:
            best = cost / put.days, Found((Leg(name, 1, size, put.ask),), -cost, cost, "quote")
    return best[1] if best else None


def _ratio(seen: Seen, put: Quote) -> Decimal:
    """What of a coin's moves one put takes away: its delta, with the sign turned."""
    years = float(put.days) / DAYS
    facts = {"spot": float(seen.spot), "strike": float(put.strike), "years": years, "rate": seen.rate}
    delta = option(call=False, volatility=put.volatility, **facts).delta
    return Decimal(repr(-delta)).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


FINDER = Finder(
    name="protective_put",
    title=_("Protective put"),
    family="options",
    hypothesis=_("A put ends a loss at its strike, also overnight and through a gap, which no stop can."),
    regime=_("Before a fall, while options are cheap."),
    known_failure=_(
        "Nothing happens, and the premium is gone; in fear it costs more than the fall it insures against."
    ),
    needs=_("Books of a pair and of puts on it, and an account that may buy them."),
    parameters=(
        Exact("covered_pct", "50", "1", "100", _("Part of the position's delta that is taken away, percent"), "10"),
        Exact("below_pct", "10", "0", "60", _("Strikes at most so far below the price, percent"), "5"),
        Parameter("days_least", int, 14, 1, 300, _("Days to expiry, at least"), step=7),
        Parameter("days_most", int, 90, 2, 400, _("Days to expiry, at most"), step=30),
        Exact("cost_pct", "5", "0.1", "50", _("The most it may cost, percent of what is held"), "1"),
        Parameter(
            "age_ms_most", int, 5_000, 10, 60_000, _("Books older than this do not count, milliseconds"), step=500
        ),
    ),
    plan="enterprise",
    find=find,
    see=see,
    rule=rule,
    fits=fits,
    among=each_coin,
    stocks=True,
)
