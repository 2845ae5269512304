"""The parameters of protections, with their bounds: the one place for reading what was sent, and for forms. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.protections.types import LOOKBACK_MIN, LOOKS_BACK, STOP_MIN, Method

CANDLES_MAX: Final = 10_000
MINUTES_MAX: Final = 366 * 24 * 60
TRADES_MAX: Final = 1_000
LASTS: Final = ("stop_duration_candles", "stop_duration", "unlock_at")


class Sort(enum.StrEnum):
    """What a parameter is: how many, a ratio of what was paid (0.02 is 2%), a time of the day (UTC), or yes or no."""

    COUNT = "count"
    RATIO = "ratio"
    CLOCK = "clock"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Parameter:
    """words: what it is called. meaning: to people. usual: what it is where nothing is said, None for nothing."""

    name: str
    sort: Sort
    words: str
    meaning: str
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    usual: int | None = None


def _count(name: str, words: str, meaning: str, most: int, usual: int | None = None) -> Parameter:
    return Parameter(name, Sort.COUNT, words, meaning, Decimal(1), Decimal(most), usual)


_ALL = (
    _count("stop_duration_candles", _("Candles"), _("Of the bot that asks: at 1h, 24 are a day."), CANDLES_MAX),
    _count("stop_duration", _("Minutes"), _("Counted from the close that caused it."), MINUTES_MAX, STOP_MIN),
    Parameter("unlock_at", Sort.CLOCK, _("Until this time (UTC)"), _("A time of the day, such as 08:00.")),
    _count("lookback_period_candles", _("Candles"), _("Of the bot that asks: at 1h, 24 are a day."), CANDLES_MAX),
    _count("lookback_period", _("Minutes"), _("Counted back from each close."), MINUTES_MAX, LOOKBACK_MIN),
    _count("trade_limit", _("Closed positions"), _("It locks nothing while there are fewer in that time."), TRADES_MAX),
    Parameter(
        "required_profit",
        Sort.RATIO,
        _("Profit that is enough"),
        _("Of what was paid. Below it a result counts as bad; below zero, small losses are let pass."),
        Decimal(-1),
        Decimal(100),
        usual=0,
    ),
    Parameter(
        "max_allowed_drawdown",
        Sort.RATIO,
        _("Fall that is allowed"),
        _("How far the results of that time may fall below their best point, summed up."),
        Decimal(0),
        Decimal(100),
        usual=0,
    ),
    Parameter(
        "only_per_pair",
        Sort.FLAG,
        _("Each instrument by itself"),
        _("It counts each instrument's own results, and locks that one alone."),
    ),
    Parameter(
        "only_per_side",
        Sort.FLAG,
        _("Each side by itself"),
        _("Changes nothing here: positions are bought, never sold short. It is kept for settings of freqtrade."),
    ),
)
PARAMETERS: Final = {one.name: one for one in _ALL}


def parameters_of(method: Method) -> list[Parameter]:
    """Those that a protection of this method can have: how long it locks, then its own."""
    return [one for one in _ALL if one.name in LASTS or one.name in method.takes]


def alternatives() -> tuple[tuple[str, ...], ...]:
    """Groups of parameters of which only one may be said."""
    return (LASTS, LOOKS_BACK)
