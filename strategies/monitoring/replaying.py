"""One bot of a day that was read: its ground, its replay, its result, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np
import structlog

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import DAY_MS, Bars, Instrument, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.backtest.engine.opening import Held
from strategies.backtest.plans import terms_of_bot
from strategies.bots.types import BotRow
from strategies.catalog.asking import KEEP, Asked
from strategies.monitoring.booked import compare_books
from strategies.monitoring.comparing import compare, met_ms
from strategies.monitoring.desks import compare_desks
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.expecting import Ground, replay
from strategies.monitoring.keepers import desk_days
from strategies.monitoring.reading import Read
from strategies.monitoring.seekers import book_day
from strategies.monitoring.types import ZERO, DayResult
from trading.execution.types import BotFill

log = structlog.get_logger(__name__)
UNEXPECTED: Final = _("Something went wrong in our program; it was written down.")
_NOTHING: Final = np.zeros(0, dtype=np.int8)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A bot's day. result: None where it could not be replayed; reason then says why, as `said` keeps it. note: what
    it was replayed under, where that is not what was in force all day."""

    bot: BotRow
    result: DayResult | None
    reason: str = ""
    note: str = ""


def replayed(read: Read, bot: BotRow) -> Replayed | None:
    """The bot's day; None where it neither traded, nor held anything, nor was expected to."""
    fills = read.fills.get(bot.public_id, ())
    try:
        result = _result(read, bot, fills)
    except CryptoUniverseError as error:
        reason = said(error.message, **error.facts)
    except Exception:  # one bot's replay must not silence all the others' night
        log.exception("replay_failed", bot=str(bot.public_id), day_ms=read.day_ms)
        reason = said(UNEXPECTED)
    else:
        is_something = result.trades or result.refused or result.expected
        return Replayed(bot, result, note=read.notes.get(bot.public_id, "")) if is_something else None
    return Replayed(bot, None, reason) if _was_busy(read, bot, fills) else None


def _result(read: Read, bot: BotRow, fills: Sequence[BotFill]) -> DayResult:
    if bot.public_id in read.changed:
        raise CannotReplay(_("The bot's terms were changed on this day or since."))
    if bot.keeps_orders:
        return _kept(read, bot, fills)
    if bot.reads_books:
        day = book_day(read.seekers, bot, day_ms=read.day_ms, listed=read.instruments, before=fills)
        return compare_books(day, told=f"{bot.strategy} {bot.parameters} {read.day_ms}")
    ground = _ground(read, bot, fills)
    entries = read.entries[bot.public_id]
    found = replay(ground, ordered={(one.instrument_id, one.slot_ms) for one in entries})
    whys = read.whys.get(bot.public_id, {})
    minutes = read.minutes if bot.timeframe.ms > Timeframe.M1.ms else {}
    return compare(ground, found, fills=fills, entries=entries, whys=whys, minutes=minutes)


def _kept(read: Read, bot: BotRow, fills: Sequence[BotFill]) -> DayResult:
    bars = _bars(read, bot, fills)
    listed = {name: read.instruments[name] for name in bars}
    connected = bot.public_id in read.at_exchange
    desks = desk_days(read.desks, bot, day_ms=read.day_ms, bars=bars, listed=listed, fills=fills, connected=connected)
    return compare_desks(desks, told=f"{bot.strategy} {bot.parameters} {read.day_ms}")


def _ground(read: Read, bot: BotRow, fills: Sequence[BotFill]) -> Ground:
    chosen, parameters = read.strategy_of(bot)
    bars = _bars(read, bot, fills)
    asked = {
        name: _since(read, bot, read.asked_of(bot.key_for(name), chosen, parameters), bars[name])
        if name in bot.instruments
        else _NOTHING
        for name in bars
    }
    listed = {name: read.instruments[name] for name in bars}
    return Ground(
        bot=bot,
        day_ms=read.day_ms,
        instruments=listed,
        bars=bars,
        asked=asked,
        held=_held(read, bot, fills, bars, listed),
        money=read.money[bot.portfolio_pk],
        terms=terms_of_bot(bot, read.limits_of(bot)),
        record=read.results.get(bot.public_id, ()),
        amended=read.amended,
    )


def _bars(read: Read, bot: BotRow, fills: Sequence[BotFill]) -> dict[str, Bars]:
    traded = {fill.instrument_id for fill in fills}
    bars: dict[str, Bars] = {}
    for name in read.names_of(bot):
        if name in read.damaged:
            raise CannotReplay(_("The stored candles of %(instrument)s are damaged."), instrument=name)
        found = read.bars.get((name, bot.timeframe))
        if found is not None and (name in traded or _counts(found, read.day_ms)):
            bars[name] = found
    if not any(_counts(one, read.day_ms) for one in bars.values()):
        raise CannotReplay(_("No candles of this day are stored."))
    return bars


def _counts(bars: Bars, day_ms: int) -> bool:
    """Whether there is a candle before the day and one in it."""
    return bool(len(bars)) and int(bars.open_ms[0]) < day_ms <= int(bars.open_ms[-1])


def _since(read: Read, bot: BotRow, asked: Asked, bars: Bars) -> Asked:
    """What was asked for once there was a bot to hear it: candles that closed after it was made."""
    closes = bars.open_ms[len(bars) - len(asked) :] + bot.timeframe.ms
    return np.where(closes > read.begins[bot.pk], asked, KEEP).astype(np.int8)


def _held(
    read: Read, bot: BotRow, fills: Sequence[BotFill], bars: dict[str, Bars], listed: dict[str, Instrument]
) -> dict[str, Held]:
    found = {}
    for pk, each in groupby(fills, key=attrgetter("position_pk")):
        mine = list(each)
        before = [fill for fill in mine if met_ms(fill, bot.timeframe.ms) < read.day_ms]
        if not before or (len(before) == len(mine) and before[0].closed):
            continue
        instrument = listed[before[0].instrument_id]
        bought = [fill for fill in before if fill.side == "buy"]
        steps = instrument.steps_down(_moved(before, instrument))
        if steps < 1:
            continue
        paid = sum((fill.price * fill.quantity for fill in bought), ZERO) / sum((f.quantity for f in bought), ZERO)
        since = _seen(bars[instrument.id], met_ms(bought[0], bot.timeframe.ms), read.day_ms)
        found[instrument.id] = Held(
            steps=steps,
            entry_ticks=instrument.ticks_nearest(paid),
            stop_ticks=instrument.ticks_nearest(bought[0].stop_price or instrument.tick),
            target_ticks=instrument.ticks_nearest(bought[0].target_price) if bought[0].target_price else 0,
            best_ticks=int(since.high.max()) if len(since) else 0,
            bars=len(since),
            leaving=pk in read.leaving,
        )
    return found


def _seen(bars: Bars, since_ms: int, until_ms: int) -> Bars:
    first, end = bars.open_ms.searchsorted([since_ms, until_ms])
    return bars[int(first) : int(end)]


def _moved(fills: Sequence[BotFill], instrument: Instrument) -> Decimal:
    taken = (fill.fee if fill.connected and fill.fee_currency == instrument.base else ZERO for fill in fills)
    return sum(
        (fill.quantity - fee if fill.side == "buy" else -fill.quantity for fill, fee in zip(fills, taken, strict=True)),
        ZERO,
    )


def _was_busy(read: Read, bot: BotRow, fills: Sequence[BotFill]) -> bool:
    """Whether it traded on the day, or held something at its start."""
    held: dict[int, Decimal] = {}
    for fill in fills:
        met = met_ms(fill, bot.timeframe.ms)
        if read.day_ms <= met < read.day_ms + DAY_MS:
            return True
        signed = fill.quantity if fill.side == "buy" else -fill.quantity
        held[fill.position_pk] = held.get(fill.position_pk, ZERO) + (signed if met < read.day_ms else ZERO)
    return any(quantity > 0 for quantity in held.values())
