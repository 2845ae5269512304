"""What each metric means: published, marked for translation, shown beside the number. Periods: 365 days a year."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _


class Unit(enum.StrEnum):
    """What a value counts. RATIO: 0.1 is 10%."""

    RATIO = "ratio"
    NUMBER = "number"
    QUOTE = "quote"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric: its name, what it is called, how it is worked out, what it counts, and whether more is better (+1, -1)
    or neither (0).
    """

    name: str
    title: str
    meaning: str
    unit: Unit
    better: int = 1


_DAILY: Final = _(
    "Daily returns r are those of equity, open positions included, from one UTC midnight to the next; the first counts "
    "from the capital at the start, the last goes to the end of the range."
)

_EACH: Final = (
    Definition("total_return", _("Return"), _("Equity at the end over the capital, less 1."), Unit.RATIO),
    Definition("profit", _("Profit"), _("Equity at the end less the capital, open positions included."), Unit.QUOTE),
    Definition(
        "cagr",
        _("Return a year (CAGR)"),
        _("(equity at the end / capital)^(365 / days) − 1; −100% where nothing is left."),
        Unit.RATIO,
    ),
    Definition("volatility", _("Volatility a year"), _("sd(r), sample, times √365."), Unit.RATIO, -1),
    Definition("sharpe", _("Sharpe"), _("mean(r) / sd(r), sample, times √365; the riskless rate is 0."), Unit.NUMBER),
    Definition(
        "sortino",
        _("Sortino"),
        _("mean(r) / √(Σ min(r, 0)² / all days), times √365; the least acceptable return is 0."),
        Unit.NUMBER,
    ),
    Definition(
        "max_drawdown",
        _("Maximum drawdown"),
        _("The largest (peak − equity) / peak at any close or moment of books; the first peak is the capital."),
        Unit.RATIO,
        -1,
    ),
    Definition(
        "max_drawdown_amount",
        _("Maximum drawdown, amount"),
        _("The largest peak − equity at any close or moment of books; maybe another valley than that of the ratio."),
        Unit.QUOTE,
        -1,
    ),
    Definition(
        "drawdown_days",
        _("Longest below a peak"),
        _("The longest time from a peak until equity is above it again, or to the end."),
        Unit.DAYS,
        -1,
    ),
    Definition(
        "recovery_days",
        _("Recovery"),
        _("From the valley of the maximum drawdown until equity is at its peak again."),
        Unit.DAYS,
        -1,
    ),
    Definition("calmar", _("Calmar"), _("Return a year over maximum drawdown."), Unit.NUMBER),
    Definition(
        "trades",
        _("Trades"),
        _("Positions that were closed; at order books trades with all their legs, or quotes that filled."),
        Unit.COUNT,
        0,
    ),
    Definition("win_rate", _("Won"), _("Trades with a profit above 0, of all; net of fees and funding."), Unit.RATIO),
    Definition("profit_factor", _("Profit factor"), _("Σ profits / Σ losses of trades, net of fees."), Unit.NUMBER),
    Definition("expectancy", _("Expectancy"), _("The mean profit of a trade, net of fees."), Unit.QUOTE),
    Definition(
        "expectancy_ratio",
        _("Expectancy ratio"),
        _("(1 + mean profit / mean loss) · share of trades won − 1."),
        Unit.NUMBER,
    ),
    Definition(
        "sqn",
        _("SQN"),
        _(
            "√N · mean(R) / sd(R), sample, with N at most 100. R: a trade's profit over what it risked to its first "
            "stop; over its cost where it had none, as at order books."
        ),
        Unit.NUMBER,
    ),
    Definition("best_trade", _("Best trade"), _("The largest profit of a trade."), Unit.QUOTE),
    Definition("worst_trade", _("Worst trade"), _("The smallest profit of a trade."), Unit.QUOTE),
    Definition("held_days", _("Held"), _("The mean time from entry to exit."), Unit.DAYS, 0),
    Definition(
        "mae",
        _("Mean adverse excursion"),
        _("How far the market went against a trade while it was held, over its entry price; the mean."),
        Unit.RATIO,
        -1,
    ),
    Definition(
        "mfe",
        _("Mean favourable excursion"),
        _("How far the market went for a trade while it was held, over its entry price; the mean."),
        Unit.RATIO,
    ),
    Definition(
        "exposure",
        _("Exposure"),
        _("What is held over equity, at each close or moment of books; the mean."),
        Unit.RATIO,
        0,
    ),
    Definition(
        "in_market",
        _("In the market"),
        _("Closes, or moments of books, at which anything is held, of all."),
        Unit.RATIO,
        0,
    ),
    Definition("fees", _("Fees"), _("What was paid in fees."), Unit.QUOTE, -1),
    Definition("funding", _("Funding"), _("What funding came to: below 0 it was paid."), Unit.QUOTE),
    Definition("var_95", _("Value at risk, 95%"), _("The 5% percentile of r, linear between days."), Unit.RATIO),
    Definition("var_95_normal", _("Value at risk, normal"), _("mean(r) + sd(r) · Φ⁻¹(5%), sample sd."), Unit.RATIO),
    Definition(
        "cvar_95", _("Expected shortfall, 95%"), _("The mean of the r at or below the 5% percentile."), Unit.RATIO
    ),
    Definition(
        "psr",
        _("Probabilistic Sharpe"),
        _(
            "The probability that the true Sharpe is above 0, given skewness and kurtosis of r "
            "(Bailey and López de Prado 2012)."
        ),
        Unit.RATIO,
    ),
)
DEFINITIONS: Final = {each.name: each for each in _EACH}

# Why a value is missing, or what to think of it.
NO_DAYS: Final = _("It takes at least two days.")
NO_TIME: Final = _("It takes a range of time.")
STILL: Final = _("The returns do not vary.")
NO_LOSSES: Final = _("There is no losing day.")
NO_DRAWDOWN: Final = _("There is no drawdown.")
NOT_RECOVERED: Final = _("Equity did not come back to its peak.")
NO_TRADES: Final = _("There is no closed trade.")
NO_LOST_TRADES: Final = _("No trade lost.")
SAME_TRADES: Final = _("It takes two trades that differ.")
FEW_TRADES: Final = _("Fewer than 30 trades: it says little.")
FEW_DAYS: Final = _("Fewer than 100 days: it says little.")
ODD_SHAPE: Final = _("The returns are too far from a bell curve.")
