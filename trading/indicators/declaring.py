"""How a function becomes an indicator: `@indicator` above it says the rest, and the registry finds it by itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast, get_type_hints

import numpy as np

from cryptouniverse.kernel.words import gettext_noop as _
from trading.indicators.series import series
from trading.indicators.types import INPUTS, Indicator, Number, Parameter

Formula = TypeVar("Formula", bound=Callable[..., Any])
Warmup = Callable[[Mapping[str, Any]], int]
ON_PRICE = ("moving_averages", "adaptive_averages", "channels", "levels", "candles")


def bars_back(default: int, name: str = "period", *, low: int = 2, high: int = 10_000) -> Parameter:
    """The bars that an indicator looks back over."""
    return Parameter(name, int, default, low, high, _("Bars it looks back"), 1)


def factor(name: str, default: float, low: float, high: float, meaning: str, step: float = 0.1) -> Parameter:
    """A number that is no number of bars."""
    return Parameter(name, float, default, low, high, meaning, step)


def bars_before(count: int) -> Warmup:
    """A warm-up of `count` bars, whatever the parameters."""
    return lambda _parameters: count


def one_period(parameters: Mapping[str, Any]) -> int:
    """The first value needs `period` bars: period - 1 come before it."""
    return int(parameters["period"]) - 1


def one_more(parameters: Mapping[str, Any]) -> int:
    """The first value needs `period` bars and the one before them."""
    return int(parameters["period"])


def fast_below_slow(parameters: Mapping[str, Any]) -> str | None:
    """What is wrong where the fast average is not the faster one."""
    return None if parameters["fast"] < parameters["slow"] else _("fast must be below slow.")


def indicator(
    title: str,
    *parameters: Parameter,
    convention: str,
    source: str,
    warmup: Warmup,
    library: str | None = None,
    on_price: bool | None = None,
    days: Warmup | None = None,
    cumulative: bool = False,
    rule: Callable[[Mapping[str, Any]], str | None] | None = None,
) -> Callable[[Formula], Formula]:
    """Declare the function below an indicator. title, convention: marked. The rest is as `Indicator` says.

    The arguments that are no parameters are its inputs. It gives one series, named as it is, or a NamedTuple.
    Whoever calls it may give lists, whole numbers or read-only arrays; it gets float64 arrays of one length (open_ms:
    int64), and parameters within their bounds. It then raises Invalid or BadSetting.
    """

    def declare(formula: Formula) -> Formula:
        inputs = tuple(name for name in inspect.signature(formula).parameters if name in INPUTS)
        family = formula.__module__.rpartition(".")[2]
        answer = get_type_hints(formula)["return"]
        declared = Indicator(
            name=formula.__name__,
            title=title,
            family=family,
            inputs=inputs,
            outputs=tuple(getattr(answer, "_fields", (formula.__name__,))),
            parameters=parameters,
            convention=convention,
            source=source,
            warmup=warmup,
            function=formula,
            library=library,
            on_price=family in ON_PRICE if on_price is None else on_price,
            days=days,
            cumulative=cumulative,
            rule=rule,
        )
        return _checked(formula, declared)

    return declare


def _checked(formula: Formula, declared: Indicator) -> Formula:
    """`formula`, given columns as they should be and parameters within their bounds; `indicator` is what it is."""
    signature = inspect.signature(formula)

    @wraps(formula)
    def call(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named).arguments
        columns = series(**{name: bound.pop(name) for name in declared.inputs})
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return formula(*columns, **_resolved(declared, bound))

    call.indicator = replace(declared, function=call)  # type: ignore[attr-defined]  # the registry finds it by this
    return cast(Formula, call)


def _resolved(declared: Indicator, bound: Mapping[str, Any]) -> dict[str, Number]:
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in bound.items()}
    return declared.resolve(plain)
