"""European options by Black and Scholes (1973), with a continuous yield (Merton 1973), and their greeks, in floats.

spot, strike: of the same currency. years: to expiry. volatility, rate, carry: a year, as ratios; carry: what holding
the asset yields. Values are of one unit of the asset.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

DAYS: Final = 365
_NORMAL: Final = NormalDist()


@dataclass(frozen=True, slots=True)
class Greeks:
    """value, and how it changes: delta by a unit of the spot, gamma delta's own, vega by a volatility of 100%, theta
    by a day that passes, rho by a rate of 100%.
    """

    value: float
    delta: float
    gamma: float
    vega: float
    theta: float
    rho: float


def option(
    *, call: bool, spot: float, strike: float, years: float, volatility: float, rate: float = 0.0, carry: float = 0.0
) -> Greeks:
    """A call or a put. At expiry, or without volatility, it is what it would pay. Raises ValueError out of bounds."""
    if not (spot > 0 and strike > 0 and years >= 0 and volatility >= 0 and math.isfinite(spot + strike + years)):
        raise ValueError("an option has prices above zero, and time and volatility not below")
    sign = 1 if call else -1
    grown, due = math.exp(-carry * years), math.exp(-rate * years)
    spread = volatility * math.sqrt(years)
    if spread == 0:
        ahead = sign * (spot * grown - strike * due)
        inside = ahead > 0
        return Greeks(max(ahead, 0.0), sign * grown if inside else 0.0, 0.0, 0.0, 0.0, 0.0)
    d1 = (math.log(spot / strike) + (rate - carry) * years) / spread + spread / 2
    d2 = d1 - spread
    in_1, in_2, bell = _NORMAL.cdf(sign * d1), _NORMAL.cdf(sign * d2), _NORMAL.pdf(d1)
    decay = -spot * grown * bell * volatility / (2 * math.sqrt(years))
    theta = decay + sign * (carry * spot * grown * in_1 - rate * strike * due * in_2)
    return Greeks(
        value=sign * (spot * grown * in_1 - strike * due * in_2),
        delta=sign * grown * in_1,
        gamma=grown * bell / (spot * spread),
        vega=spot * grown * bell * math.sqrt(years),
        theta=theta / DAYS,
        rho=sign * strike * years * due * in_2,
    )


def volatility_of(
    value: float, *, call: bool, spot: float, strike: float, years: float, rate: float = 0.0, carry: float = 0.0
) -> float | None:
    """The volatility at which an option is worth `value`, to 1e-9; None if none of 0.01% to 1,000% gives it."""
    low, high = 1e-4, 10.0

    def worth(volatility: float) -> float:
        return option(
            call=call, spot=spot, strike=strike, years=years, volatility=volatility, rate=rate, carry=carry
        ).value

    if not worth(low) <= value <= worth(high) or worth(low) == worth(high):
        return None
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) < value else (low, middle)
    return (low + high) / 2
