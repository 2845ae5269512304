"""Bots that keep orders, as a day of them is read: desks as the day began, their lines and candles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS, MINOR_PER_UNIT, Bars, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.types import BotRow
from strategies.catalog import desk as its
from strategies.catalog.registry import manager as manager_of
from strategies.managing.selectors import Shelf, desks_begun, sitting_begun, sitting_then
from strategies.monitoring.comparing import got_of, met_ms
from strategies.monitoring.desks import DeskDay
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.selectors import mornings_of
from trading.execution.selectors import bot_lines
from trading.execution.types import BotFill, BotLine

if TYPE_CHECKING:
    from strategies.managing.sitting import Sitting
    from strategies.managing.types import Begun

log = structlog.get_logger(__name__)
_NOT_KEPT: Final = _("How its orders stood when this day began was not kept.")
Place = tuple[int, str]  # bot's key, instrument


@dataclass
class Desks:
    """Of all bots of a tenant that keep orders. mornings: desks as the day began; begun: where each began."""

    mornings: Mapping[Place, Sitting] = field(default_factory=dict)
    begun: Mapping[Place, Begun] = field(default_factory=dict)
    lines: Mapping[tuple[UUID, str], Sequence[BotLine]] = field(default_factory=dict)


def read_desks(bots: Collection[BotRow], *, day_ms: int, instruments: Mapping[str, Instrument]) -> Desks:
    """The desks of those of `bots` that keep orders. Three queries, none without such bots."""
    keepers = {bot.pk: bot for bot in bots if bot.keeps_orders}
    if not keepers:
        return Desks()
    mornings: dict[Place, Sitting] = {}
    for (pk, name), told in mornings_of(keepers, day_ms=day_ms).items():
        if name in instruments:
            try:
                mornings[pk, name] = sitting_then(told, manager_of(keepers[pk].strategy), instruments[name])
            except (CryptoUniverseError, KeyError):  # a strategy that is gone, or a row of an older form
                log.warning("morning_not_read", bot=str(keepers[pk].public_id), instrument=name, day_ms=day_ms)
    resting = [
        (keepers[pk].public_id, name, number) for (pk, name), one in mornings.items() for number in one.numbers_resting
    ]
    lines: dict[tuple[UUID, str], list[BotLine]] = defaultdict(list)
    ids = [bot.public_id for bot in keepers.values()]
    for line in bot_lines(ids, start_ms=day_ms, end_ms=day_ms + DAY_MS, resting=resting):
        lines[line.bot_id, line.instrument_id].append(line)
    return Desks(mornings, desks_begun(keepers), lines)


def desk_days(
    desks: Desks,
    bot: BotRow,
    *,
    day_ms: int,
    bars: Mapping[str, Bars],
    listed: Mapping[str, Instrument],
    fills: Sequence[BotFill],
    connected: bool = False,
) -> list[DeskDay]:
    """The bot's desks of the day, each with its own. bars: by instrument. connected: at an exchange. Raises
    CannotReplay.
    """
    found = []
    for name, mine in bars.items():
        first, end = (int(row) for row in mine.open_ms.searchsorted([day_ms, day_ms + DAY_MS]))
        begun = desks.begun.get((bot.pk, name))
        own = [fill for fill in fills if fill.instrument_id == name]
        if begun is None and own:
            raise CannotReplay(_NOT_KEPT)
        if begun is None or begun.slot_ms >= day_ms + DAY_MS or first == end:
            continue
        began_now = begun.slot_ms >= day_ms
        sitting = _begun(bot, mine, begun, listed[name]) if began_now else desks.mornings.get((bot.pk, name))
        if sitting is None:
            raise CannotReplay(_NOT_KEPT)
        lines = desks.lines.get((bot.public_id, name), ())
        if connected and sitting.heard is None:
            sitting.heard = 0
        if not began_now:
            _let_rest(sitting, lines, int(mine.open_ms[first - 1]) if first else 0)
        found.append(
            DeskDay(
                instrument=listed[name],
                sitting=sitting,
                shelf=_shelf(own, bot, day_ms, listed[name]),
                bars=mine[first:end],
                begins_ms=begun.slot_ms if began_now else 0,
                close_before=int(mine.close[first - 1]) if first else None,
                lines=lines,
                fills=own,
            )
        )
    return found


def _begun(bot: BotRow, bars: Bars, begun: Begun, instrument: Instrument) -> Sitting:
    row = int(bars.open_ms.searchsorted(begun.slot_ms))
    if row == len(bars) or int(bars.open_ms[row]) != begun.slot_ms:
        raise CannotReplay(_("The candle at which it began is not stored."))
    return sitting_begun(
        manager_of(bot.strategy),
        json.loads(bot.parameters),
        instrument,
        ticks=int(bars.close[row]),
        funds=begun.funds,
        collar_bps=begun.collar_bps,
    )


def _let_rest(sitting: Sitting, lines: Sequence[BotLine], last_ms: int) -> None:
    """What was placed before the last candle has met an open, and takes no more."""
    placed = {line.number: line.slot_ms for line in lines}
    for order in sitting.orders:
        if order[its.TAKES] and placed.get(int(order[its.NUMBER]), last_ms) != last_ms:
            order[its.TAKES] = 0


def _shelf(fills: Sequence[BotFill], bot: BotRow, day_ms: int, one: Instrument) -> Shelf:
    """What the books held when the day began, lot by lot."""
    shelf, position = Shelf(), None
    for fill in fills:
        if met_ms(fill, bot.timeframe.ms) >= day_ms:
            continue
        if fill.position_pk != position:
            shelf, position = Shelf(), fill.position_pk
        got = got_of(fill, one, bot.timeframe.ms)
        side = its.BUY if fill.side == "buy" else its.SELL
        fee = int((got.fee * MINOR_PER_UNIT).to_integral_value())
        steps = one.steps_down(got.quantity)
        if steps:
            shelf.change(side, one.ticks_nearest(fill.price), steps, fee, fill.tag, unit=one.minor_per_tick_step)
    return shelf
