"""The terms of a bot as they are said, checked: what it trades, how much it may spend, and how it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from cryptouniverse.kernel.money import Exactable, exact
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.errors import BadBot
from strategies.bots.types import ALLOCATION_MAX
from trading.marketdata.selectors import instruments as listed_instruments
from trading.risk.selectors import read_sizing

if TYPE_CHECKING:
    from strategies.bots.keeping import Usual

INSTRUMENTS_MAX: Final = 200
# What moves a position's stop, with the most that each may be. trail_bps: it follows the best price at this distance.
# break_even_bps: after such a move it goes to the entry plus fees. time_stop_candles: after so many it is sold.
MOVES: Final = {"trail_bps": 9_999, "break_even_bps": 100_000, "time_stop_candles": 100_000}


def ways_out(
    usual: Usual,
    sizing: Mapping[str, Any] | None,
    stop_bps: int | None,
    target_bps: int | None,
    moves: Mapping[str, int | None],
) -> dict[str, Any]:
    """How large its entries are and how it leaves, checked; as its strategy has it where nothing is said."""
    return {
        "sizing": read_sizing(usual.sizing if sizing is None else sizing).told(),
        "stop_bps": distance("stop_bps", stop_bps, usual.stop_bps, least=1, most=9_999),
        "target_bps": distance("target_bps", target_bps, usual.target_bps, least=0, most=100_000),
        **{name: move(name)(value) for name, value in moves.items()},
    }


def listed(instruments: Sequence[str]) -> list[str]:
    """Each instrument once, in the order said. Raises BadBot for none, too many, or one that is not listed."""
    wanted = list(dict.fromkeys(instruments))
    if not 1 <= len(wanted) <= INSTRUMENTS_MAX:
        raise BadBot(
            _("A bot trades 1 to %(most)s instruments, not %(number)s."), most=INSTRUMENTS_MAX, number=len(wanted)
        )
    if unknown := sorted(set(wanted) - listed_instruments(wanted).keys()):
        raise BadBot(_("No instrument is called %(instrument)s."), instrument=unknown[0], instruments=unknown)
    return wanted


def allocation_of(value: Exactable) -> Decimal:
    """The amount, in quote currency. Raises BadBot for one that is negative or beyond ALLOCATION_MAX."""
    amount = exact(value)
    if not 0 <= amount <= ALLOCATION_MAX:
        facts = {"allocation": f"{amount:f}", "most": f"{ALLOCATION_MAX:f}"}
        raise BadBot(_("An allocation is 0 to %(most)s, not %(allocation)s."), **facts)
    return amount


def move(name: str) -> Callable[[int | None], int]:
    """Reads one of `MOVES`. Raises KeyError for another name."""
    return partial(distance, name, default=0, least=0, most=MOVES[name])


def distance(name: str, value: int | None, default: int, *, least: int, most: int) -> int:
    """The value, `default` for None. Raises BadBot for what is no whole number from `least` to `most`."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadBot(
            _("%(field)s is a whole number, %(least)s to %(most)s, not %(value)s."),
            field=name,
            least=least,
            most=most,
            value=str(value),
        )
    return value
