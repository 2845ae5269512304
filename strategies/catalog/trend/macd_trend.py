"""MACD trend: above zero and above its signal, or below both (Appel 1979)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import EXPONENTIAL_SETTLES, Parameter, Stances, Strategy, after_warmup
from trading.indicators.trend import macd


def warmup(parameters: Mapping[str, int]) -> int:
    """Until the slow average and the signal have settled."""
    return EXPONENTIAL_SETTLES * (parameters["slow"] + parameters["signal"])


def rule(parameters: Mapping[str, int]) -> str | None:
    """The fast average must be the faster one."""
    return None if parameters["fast"] < parameters["slow"] else _("fast must be below slow.")


def decide(bars: Bars, *, fast: int, slow: int, signal: int) -> Stances:
    """Long where MACD is above zero and its signal, short where it is below both; int8, as long as `bars`."""
    price = bars.close_f
    lines = macd(price, fast, slow, signal)
    least = 1e-9 * price
    up = (lines.macd > least) & (lines.histogram > least)
    down = (lines.macd < -least) & (lines.histogram < -least)
    return after_warmup(up, down, warmup=warmup({"slow": slow, "signal": signal}))


STRATEGY = Strategy(
    name="macd_trend",
    title=_("MACD trend"),
    family="trend",
    hypothesis=_(
        "A trend that gathers speed is one that new buyers still join; one that slows down is being sold into."
    ),
    regime=_("Trends in waves: each wave is taken, and the pause after it left out."),
    known_failure=_("Slow, even trends, whose histogram falls while prices rise."),
    parameters=(
        Parameter("fast", int, 12, 4, 50, _("Bars in the fast average"), step=2),
        Parameter("slow", int, 26, 10, 120, _("Bars in the slow average"), step=4),
        Parameter("signal", int, 9, 3, 40, _("Bars in the signal"), step=2),
    ),
    warmup=warmup,
    stop_bps=300,
    target_bps=900,
    plan="free",
    decide=decide,
    rule=rule,
)
