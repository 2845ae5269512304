"""A bot's day: what its replay expected against what its books say, trade by trade. Pure.

A trade of the replay and a position are the same if they are in one instrument and were decided on after one candle, or
were both held when the day began.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import groupby
from operator import attrgetter
from typing import Final

from cryptouniverse.kernel.market import DAY_MS, Bars, Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.types import LONG
from strategies.monitoring.attributing import compare_trade, expected_profit, money_of, still_held
from strategies.monitoring.errors import CannotReplay
from strategies.monitoring.expecting import Ground, Replay
from strategies.monitoring.types import (
    ZERO,
    Actual,
    Compared,
    DayResult,
    Ending,
    Expected,
    Got,
    Parts,
    Refused,
)
from trading.execution.types import BotEntry, BotFill
from trading.fills.rules import protected, slipped

DIGITS: Final = 80  # no product of a price and a quantity is rounded
_PLATFORM_LEAVES: Final = ("target", "time_stop", "stop", "break_even")  # exits that the platform sends for a level
Key = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class CandleTape:
    """Prices by the rules in the candles of one instrument. minutes: its candles of a minute, where there are some."""

    instrument: Instrument
    bars: Bars
    slippage_bps: int
    minutes: Bars | None = None

    def taken(self, side: int, open_ms: int, delay_ms: int = 0) -> Decimal | None:
        """See `attributing.Tape`. A delay is looked up in candles of a minute; without them the open counts."""
        found = _row_at(self.bars, open_ms)
        if found is None:
            return None
        ticks = int(self.bars.open[found])
        if self.minutes is not None and delay_ms >= self.minutes.timeframe.ms:
            at = (open_ms + delay_ms) // self.minutes.timeframe.ms * self.minutes.timeframe.ms
            minute = _row_at(self.minutes, at)
            ticks = ticks if minute is None else int(self.minutes.open[minute])
        return self.instrument.price_of(slipped(side, ticks, self.slippage_bps))

    def left_at(self, got: Got) -> Decimal | None:
        """See `attributing.Tape`: by the level of that fill's own kind, gap or not."""
        level = got.stop_price if got.cause == Ending.STOP else got.target_price
        found = _row_at(self.bars, got.met_ms)
        if level is None or found is None:
            return None
        ticks, bars = self.instrument.ticks_nearest(level), self.bars
        stop, target = (ticks, 0) if got.cause == Ending.STOP else (0, ticks)
        open_, high, low = int(bars.open[found]), int(bars.high[found]), int(bars.low[found])
        leg, met = protected(1, stop, target, open_, high, low, self.slippage_bps)
        if leg:
            return self.instrument.price_of(met)
        return self.instrument.price_of(slipped(-1, ticks, self.slippage_bps)) if got.cause == Ending.STOP else level


def compare(
    ground: Ground,
    found: Replay,
    *,
    fills: Sequence[BotFill],
    entries: Collection[BotEntry],
    whys: Mapping[tuple[str, int], str],
    minutes: Mapping[str, Bars],
) -> DayResult:
    """The day's result. fills: of the bot's positions, from `bot_fills`; entries: those of the day, from `bot_entries`.
    whys: by instrument and slot, why an entry was not ordered. minutes: candles of a minute, by instrument.

    Raises CannotReplay where candles are missing that the bot traded in.
    """
    with localcontext(prec=DIGITS):
        positions = _positions(ground, fills, entries)
        had = {(one.instrument_id, one.decided_ms): one for one in positions}
        should: dict[Key, Expected] = {(one.instrument_id, one.decided_ms): one for one in found.trades}
        trades = []
        for key in sorted(should.keys() | had.keys(), key=lambda key: (key[1] or 0, key[0])):
            instrument = ground.instruments[key[0]]
            tape = CandleTape(instrument, ground.bars[key[0]], ground.terms.costs.slippage_bps, minutes.get(key[0]))
            trades.append(compare_trade(should.get(key), had.get(key), tape))
        return _result(found, trades, _refused(ground, positions, entries, whys))


def _result(found: Replay, trades: Sequence[Compared], refused: Sequence[Refused]) -> DayResult:
    parts = Parts()
    for trade in trades:
        parts.add(trade.parts)
    everything = sum((expected_profit(one, one.quantity) for one in found.unrefused), ZERO)
    parts.refused = sum((one.expected_profit for one in trades), ZERO) - everything
    return DayResult(
        expected=everything,
        actual=sum((one.actual_profit for one in trades), ZERO),
        money=max(
            sum((money_of(one.expected, one.actual) for one in trades), ZERO),
            sum((money_of(one, None) for one in found.unrefused), ZERO),
        ),
        parts=parts,
        trades=tuple(trades),
        refused=tuple(refused),
        hash=found.hash,
        matched=sum(one.expected is not None and one.actual is not None for one in trades),
    )


def _refused(
    ground: Ground, positions: Sequence[Actual], entries: Collection[BotEntry], whys: Mapping[tuple[str, int], str]
) -> list[Refused]:
    ordered = {(entry.instrument_id, entry.slot_ms) for entry in entries}
    last_ms = ground.day_ms + DAY_MS - ground.bot.timeframe.ms  # its order would have been the next day's
    missing = [
        (slot, name)
        for name in ground.asked
        for slot, stance in ground.asks(name).items()
        if stance == LONG and slot < last_ms and (name, slot) not in ordered
    ]
    free = [(slot, name) for slot, name in sorted(missing) if not any(_held_at(one, name, slot) for one in positions)]
    return [Refused(name, slot, whys.get((name, slot), "")) for slot, name in free]


def _held_at(one: Actual, name: str, slot_ms: int) -> bool:
    """Whether the position was open at that candle's close: then nothing was to be entered."""
    if one.instrument_id != name or not (one.held or one.entries) or still_held(one) < 0:
        return False
    since = one.entries[0].met_ms if one.entries and not one.held else 0
    return since <= slot_ms and (still_held(one) > 0 or one.exits[-1].met_ms > slot_ms)


def _positions(ground: Ground, fills: Sequence[BotFill], entries: Collection[BotEntry]) -> list[Actual]:
    wanted = {(entry.instrument_id, entry.slot_ms): entry.quantity for entry in entries}
    found = [_position(ground, list(mine), wanted) for _, mine in groupby(fills, key=attrgetter("position_pk"))]
    return [one for one in found if one is not None]


def _position(ground: Ground, fills: Sequence[BotFill], wanted: Mapping[tuple[str, int], Decimal]) -> Actual | None:
    name, instrument = fills[0].instrument_id, ground.instruments[fills[0].instrument_id]
    got = [(fill.side == "buy", got_of(fill, instrument, ground.bot.timeframe.ms)) for fill in fills]
    before = [(buys, each) for buys, each in got if each.met_ms < ground.day_ms]
    today = [(buys, each) for buys, each in got if ground.day_ms <= each.met_ms < ground.day_ms + DAY_MS]
    held = sum((each.quantity if buys else -each.quantity for buys, each in before), ZERO)
    if not today and (held <= 0 or fills[0].closed):  # what is left of a closed one is too small to be sold
        return None
    bars, start = ground.day_of(name), ground.close_before(name)
    if missing := next((each for _, each in today if _row_at(bars, each.met_ms) is None), None):
        raise CannotReplay(
            _("%(instrument)s was traded in a candle that is not stored."), instrument=name, slot_ms=missing.met_ms
        )
    if not len(bars) or start is None:
        raise CannotReplay(_("%(instrument)s has no candles on this day, or none before it."), instrument=name)
    decided = None if before else fills[0].decided_ms
    entered = sum((each.ordered for buys, each in today if buys), ZERO)
    left = held + sum((each.quantity if buys else -each.quantity for buys, each in today), ZERO)
    return Actual(
        instrument_id=name,
        decided_ms=decided,
        held=held,
        start_price=instrument.price_of(start),
        end_price=instrument.price_of(int(bars.close[-1])),
        wanted=held if decided is None else wanted.get((name, decided), entered),
        entries=tuple(each for buys, each in today if buys),
        exits=tuple(each for buys, each in today if not buys),
        by_hand=fills[0].position_id in ground.amended,
        ended=instrument.steps_down(left) < 1,
    )


def got_of(fill: BotFill, instrument: Instrument, candle_ms: int) -> Got:
    """A fill of the books as it is compared."""
    in_base = fill.fee_currency == instrument.base and fill.connected
    moved = fill.quantity - fill.fee if in_base and fill.side == "buy" else fill.quantity
    resting = fill.purpose != "exit" and fill.side == "sell"
    return Got(
        price=fill.price,
        quantity=moved,
        ordered=fill.quantity,
        fee=_fee(fill, instrument),
        cause=Ending.EXIT if fill.side == "buy" else Ending(fill.cause),
        # at an exchange a fill happens after the candle that the market shows, on paper in the candle that is settled
        met_ms=met_ms(fill, candle_ms),
        due_ms=fill.decided_ms + candle_ms,
        delay_ms=_delay_ms(fill) if fill.connected else 0,
        resting=resting,
        by_hand=fill.purpose == "exit" and not fill.by_signal and fill.reason not in _PLATFORM_LEAVES,
        stop_price=fill.stop_price if resting else None,
        target_price=fill.target_price if resting else None,
    )


def met_ms(fill: BotFill, candle_ms: int) -> int:
    """The candle in which a fill met the market.

    On paper it is the one that was settled; at an exchange the one after that which the market showed, for that one had
    closed. An exchange of practice walks the candle that is shown once more: what rests there meets that one.
    """
    rested = fill.practice and fill.side == "sell" and fill.purpose != "exit"
    if fill.line is not None:  # of a bot that keeps orders: whatever is decided after a candle meets a later one
        rested = fill.practice and fill.kind == "limit" and fill.slot_ms > fill.decided_ms
    return fill.slot_ms + candle_ms if fill.connected and not rested else fill.slot_ms


def _delay_ms(fill: BotFill) -> int:
    """How long its order took, by the wall, where it met the market in the candle in which it was due."""
    if fill.sent_at is None or fill.slot_ms != fill.decided_ms:
        return 0
    return max(int((fill.sent_at - fill.recorded_at).total_seconds() * 1000), 0)


def _fee(fill: BotFill, instrument: Instrument) -> Decimal:
    if not fill.fee or fill.fee_currency == instrument.quote:
        return fill.fee
    if fill.fee_currency == instrument.base:
        return fill.fee * fill.price
    notional, booked = fill.price * fill.quantity, fill.booked if fill.booked is not None else ZERO
    return booked - notional if fill.side == "buy" else notional - booked


def _row_at(bars: Bars, open_ms: int) -> int | None:
    row = int(bars.open_ms.searchsorted(open_ms))
    return row if row < len(bars) and int(bars.open_ms[row]) == open_ms else None
