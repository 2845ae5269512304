"""A bot's days as their page shows them: lines over days, a bar for each part, words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import DAY_MS
from cryptouniverse.kernel.words import told
from cryptouniverse.web.lab_charts import Plot, plot_of
from strategies.monitoring.types import MARKET, MEANINGS, PARTS, WORDS, ZERO

if TYPE_CHECKING:
    from strategies.monitoring.models import BotDay
    from strategies.monitoring.selectors import Watched

HALF: Final = Decimal(50)
WHY: Final = {
    "": _("nothing was decided: the bot was paused, or nobody worked at that time"),
    "no_verdict": _("the panel did not agree"),
}
ENDINGS: Final = {"open": _("held"), "exit": _("exit"), "stop": _("stop"), "target": _("target")}


@dataclass(frozen=True, slots=True)
class PartBar:
    """One part of a gap: its words, its amount, and its bar from the middle, in percent of the width."""

    title: str
    meaning: str
    amount: Decimal
    x: str
    width: str
    is_market: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day. reason: why it could not be replayed, "" where it could; note: what it was replayed under."""

    row: BotDay
    reason: str
    note: str
    parts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade of a day. decided: when its entry was decided; None: held since before. parts: those that are not 0."""

    symbol: str
    decided: datetime | None
    expected: dict[str, Any] | None
    actual: dict[str, Any] | None
    gap: Decimal
    parts: tuple[tuple[str, Decimal], ...]


def rows_of(days: Iterable[BotDay]) -> list[DayRow]:
    """The days with their words."""
    return [DayRow(day, _said(day.reason), _said(day.note), () if day.reason else _parts(day)) for day in days]


def _said(kept: str) -> str:
    return told(kept, gettext) if kept else ""


def lines_of(days: Sequence[BotDay]) -> Plot | None:
    """Expected and real profit, summed up over the days that could be replayed, oldest first; None without any."""
    known = [day for day in days if not day.reason]
    if not known:
        return None
    ends = [_ms(day) + DAY_MS for day in known]
    lines = []
    for name in ("expected", "actual"):
        total, values = ZERO, [0.0]
        for day in known:
            total += getattr(day, name)
            values.append(float(total))
        lines.append(([_ms(known[0]), *ends], values))
    return plot_of(lines)


def bars_of(days: Sequence[BotDay]) -> list[PartBar]:
    """Each part, summed up over the days, from the middle to the left where it cost something."""
    sums = [sum((getattr(day, name) for day in days if not day.reason), ZERO) for name in PARTS]
    most = max((abs(amount) for amount in sums), default=ZERO) or Decimal(1)
    bars = []
    for name, amount in zip(PARTS, sums, strict=True):
        width = abs(amount) / most * HALF
        begin = HALF - width if amount < 0 else HALF
        told_as = gettext(WORDS[name]), gettext(MEANINGS[name])
        bars.append(PartBar(*told_as, amount, f"{begin:.2f}%", f"{width:.2f}%", name in MARKET))
    return bars


def trades_of(day: BotDay) -> list[TradeRow]:
    """The day's trades."""
    return [
        TradeRow(
            symbol=trade["instrument"].partition(":")[2],
            decided=None if trade["decided_ms"] is None else clock.from_ms(trade["decided_ms"]),
            expected=_side(trade["expected"]),
            actual=_side(trade["actual"]),
            gap=Decimal(trade["gap"]),
            parts=tuple(
                (gettext(WORDS[name]), Decimal(trade["parts"][name])) for name in PARTS if Decimal(trade["parts"][name])
            ),
        )
        for trade in day.trades
    ]


def refusals_of(day: BotDay) -> list[tuple[str, datetime, str]]:
    """The entries that were not ordered: symbol, when they were decided, and why."""
    return [
        (one["instrument"].partition(":")[2], clock.from_ms(one["decided_ms"]), _why(one["why"]))
        for one in day.refusals
    ]


def standing_of(watched: Watched) -> list[tuple[str, str, str]]:
    """Where the bot stands: what it is called, its value, and the bound beside it."""
    found = watched.standing
    wait = gettext("too few days yet") if found.t is None else gettext("alarm below %s") % f"{found.bound:.2f}"
    rest = gettext("too few trades yet") if found.least is None else gettext("alarm below %s") % f"{found.least:.2f}"
    mean = "–" if found.mean_bps is None else f"{found.mean_bps:+.1f} bps"
    return [
        (gettext("Days that count"), str(found.days), gettext("30 at most")),
        (gettext("Mean gap a day"), mean, gettext("what the market answers for, of the money at work")),
        (gettext("In standard errors"), "–" if found.t is None else f"{found.t:+.2f}", wait),
        (gettext("Trades of these days"), "–" if found.came_to is None else f"{found.came_to:+.2f}", rest),
    ]


def _why(why: str) -> str:
    return str(WHY[why]) if why in WHY else gettext("refused by the rule %s") % why


def _side(side: dict[str, Any] | None) -> dict[str, Any] | None:
    if side is None:
        return None
    exact = {name: Decimal(side[name]) for name in ("quantity", "entry_price", "exit_price", "profit")}
    return {**exact, "ended": str(ENDINGS[side["ended"]])}


def _parts(day: BotDay) -> tuple[Decimal, ...]:
    return tuple(getattr(day, name) for name in PARTS)


def _ms(day: BotDay) -> int:
    return clock.to_ms(datetime(day.day.year, day.day.month, day.day.day, tzinfo=clock.now().tzinfo))
