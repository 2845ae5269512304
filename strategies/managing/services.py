"""Keeping orders: desks are told what filled, and after each closed candle what a manager wants is placed or withdrawn.

A desk hears of a fill in the transaction that books it. What it does after a candle is one commit: the desk as it is
then, the lines that it places, those that it takes back. Whoever calls claims the slot in the same commit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Side, Timeframe
from cryptouniverse.kernel.words import said
from strategies.bots.keeping import share_of, start_at
from strategies.bots.selectors import live_bots
from strategies.bots.types import BotRow, BotStatus
from strategies.catalog import desk as its
from strategies.catalog.registry import manager as manager_of
from strategies.managing.at_exchange import ask_anew, hear_ends, hear_kept, too_small
from strategies.managing.judging import Gate
from strategies.managing.sitting import KINDS, Sitting
from strategies.managing.storing import READ, Row, packed, sitting_of
from tenants.provisioning.selectors import takes_entries
from trading.execution.selectors import (
    kept_fills,
    kept_now,
    lines_ended,
    lines_resting,
    lock_lines,
    standing_books,
    stops_under_way,
)
from trading.execution.services import record_lines, replace_lines, show_levels, withdraw_lines
from trading.execution.types import Candle, LineDraft
from trading.portfolio.selectors import connected
from trading.portfolio.types import BookedFill, minor_of
from trading.risk.selectors import emergencies, lock_limits, of_bots
from trading.risk.types import Emergencies

WITHDRAWN: Final = "manager"
Place = tuple[int, str]  # bot's key, instrument
_OF_BOTS = READ + " WHERE d.bot_id = ANY(%s)"
_HEARD = (
    READ
    + """
    JOIN unnest(%s::bigint[], %s::text[]) AS g (bot_id, instrument_id) USING (bot_id, instrument_id)
    WHERE d.numbers <> '' FOR NO KEY UPDATE OF d
"""
)
_BEGIN = """
    INSERT INTO strategies_managing_desk (bot_id, instrument_id, begun_slot_ms, problem, collar_bps, funds, cash, held,
        cost, last_number, stopped, ended, width, numbers, rows, state, orders, waits, heard, parts, off)
    SELECT bot_id, instrument_id, begun_slot_ms, problem, collar_bps, funds, cash, held, cost, last_number, stopped,
           ended, width, numbers, rows, state, orders, waits::jsonb, heard, parts::jsonb, off::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],
                %s::bigint[], %s::int[], %s::boolean[], %s::boolean[], %s::int[], %s::bytea[], %s::bytea[], %s::bytea[],
                %s::bytea[], %s::text[], %s::bigint[], %s::text[], %s::text[])
        AS g (bot_id, instrument_id, begun_slot_ms, problem, collar_bps, funds, cash, held, cost, last_number, stopped,
              ended, width, numbers, rows, state, orders, waits, heard, parts, off)
    ON CONFLICT (bot_id, instrument_id) DO UPDATE SET begun_slot_ms = excluded.begun_slot_ms,
        problem = excluded.problem, collar_bps = excluded.collar_bps, funds = excluded.funds, cash = excluded.cash,
        held = excluded.held, cost = excluded.cost, last_number = excluded.last_number, stopped = excluded.stopped,
        ended = excluded.ended, width = excluded.width, numbers = excluded.numbers, rows = excluded.rows,
        state = excluded.state, orders = excluded.orders, waits = excluded.waits, heard = excluded.heard,
        parts = excluded.parts, off = excluded.off
"""


@dataclass(slots=True)
class _Worked:
    """A desk in one turn. before: what is stored of it, None where it begins."""

    bot: BotRow
    instrument_id: str
    begun_slot_ms: int
    sitting: Sitting | None
    before: tuple[Any, ...] | None
    problem: str = ""

    @property
    def place(self) -> tuple[UUID, str]:
        return self.bot.public_id, self.instrument_id


@dataclass(slots=True)
class _Plan:
    """What a turn comes to."""

    drafts: list[LineDraft] = field(default_factory=list)
    gone: list[tuple[UUID, str, int]] = field(default_factory=list)
    moved: dict[tuple[UUID, str, int], int] = field(default_factory=dict)
    levels: dict[tuple[UUID, str], tuple[Decimal, Decimal | None]] = field(default_factory=dict)


def hear(fills: Sequence[BookedFill], *, keepers: Collection[BotRow]) -> int:
    """Tell the desks of `keepers` what filled, in the transaction that booked it; how many desks."""
    bots = {bot.public_id: bot for bot in keepers}
    mine: dict[Place, list[BookedFill]] = {}
    for fill in fills:
        if fill.execution.bot_id in bots:
            place = bots[fill.execution.bot_id].pk, fill.execution.instrument.id
            mine.setdefault(place, []).append(fill)
    if not mine:
        return 0
    by_pk, heard = {bot.pk: bot for bot in keepers}, []
    for row in map(_row, query(_HEARD, [list(column) for column in zip(*mine, strict=True)])):
        place, bot = (row.bot_pk, row.instrument_id), by_pk[row.bot_pk]
        sitting = sitting_of(row, manager_of(bot.strategy), mine[place][0].execution.instrument)
        for fill in mine[place]:
            _hear(sitting, fill)
        heard.append(_Worked(bot, row.instrument_id, row.begun_slot_ms, sitting, None))
    _store(heard)
    return len(heard)


def tend(
    *,
    keepers: Collection[BotRow],
    candles: Mapping[str, Candle],
    timeframe: Timeframe,
    slot_ms: int,
    price_age_s: Decimal = Decimal(0),
) -> int:
    """Let every desk whose candle closed in `slot_ms` do what its manager wants; how many lines were placed.

    In the caller's transaction, which claims the slot. Buys pass the gate, one by one; where it says no, or less, a
    buy with a limit waits off the market and is asked for again after the next candle, and one at the market comes to
    nothing. Nothing is bought by a bot that is paused; sells are never held back, but for a freeze, in which nothing is
    done at all. A desk at an exchange hears first what it got there since its last turn; while its stop sells it waits.
    A dozen statements, whatever the number of desks.
    """
    stopped = emergencies()
    due = [(bot, name) for bot in keepers if not _frozen(bot, stopped) for name in bot.instruments if name in candles]
    if not due:
        return 0
    pks = {bot.portfolio_pk for bot, _ in due}
    if at_exchanges := connected(pks):
        lock_limits(pks)
        lock_lines(at_exchanges)  # before the books, as whoever books their fills does
    books = standing_books(pks, slot_ms=slot_ms, candle_ms=timeframe.ms)  # first: limits, then books, then orders
    real = {bot.pk for bot, _ in due if at_exchanges.get(bot.portfolio_pk) == "live"}
    gate = Gate(
        books,
        of_bots({bot.public_id for bot, _ in due}),
        takes_entries(),
        slot_ms,
        timeframe.ms,
        price_age_s,
        live_bots(real) if real else frozenset(),
    )
    rows = {(row.bot_pk, row.instrument_id): row for row in map(_row, query(_OF_BOTS, [[bot.pk for bot, _ in due]]))}
    worked = [_sit(bot, candles[name], rows.get((bot.pk, name)), slot_ms, gate) for bot, name in due]
    _lose(one for one in worked if one.bot.portfolio_pk not in at_exchanges)
    stopping = _hear_exchanges([one for one in worked if one.sitting and one.bot.portfolio_pk in at_exchanges])
    plan = _Plan()
    for one in worked:
        if one.sitting is not None and one.place not in stopping:
            _turn(one, one.sitting, candles[one.instrument_id], gate, plan)
    withdraw_lines(plan.gone, reason=WITHDRAWN)
    replace_lines(plan.moved)
    placed = record_lines(drafts=plan.drafts, slot_ms=slot_ms)
    show_levels(plan.levels)
    _store(one for one in worked if one.before is None or one.before != _stored(one))
    return len(placed)


def _sit(bot: BotRow, candle: Candle, row: Row | None, slot_ms: int, gate: Gate) -> _Worked:
    """The desk as it stands, or one that begins at this candle's close."""
    name, chosen = candle.instrument.id, manager_of(bot.strategy)
    parameters = json.loads(bot.parameters)
    if row is not None and row.numbers:
        sitting = sitting_of(row, chosen, candle.instrument)
        worked = _Worked(bot, name, row.begun_slot_ms, sitting, None)
        worked.before = _stored(worked)
        sitting.numbers[its.LOSS_PPM] = chosen.loss_ppm(parameters)  # the one number that can be changed later
        return worked
    funds = share_of(bot.allocation, len(bot.instruments))
    collar_bps = gate.collar_bps(bot)
    try:
        machine = chosen.machine(parameters, start_at(candle.instrument, candle.close, funds, collar_bps=collar_bps))
    except CryptoUniverseError as error:
        return _Worked(bot, name, slot_ms, None, None, said(error.message, **error.facts))
    orders = its.empty(machine.slots)
    sitting = Sitting(chosen, candle.instrument, *machine.tables, orders, funds, collar_bps, cash=funds)
    return _Worked(bot, name, slot_ms, sitting, None)


def _lose(worked: Iterable[_Worked]) -> None:
    """Lines that ended without a fill: looked for where fewer rest than a desk believes."""
    resting, missing = lines_resting(), {}
    for one in worked:
        numbers = one.sitting.numbers_resting if one.sitting is not None else []
        if len(numbers) != resting.get(one.place, 0):
            missing[one.place] = one, numbers
    ended = lines_ended([(*place, number) for place, (_one, numbers) in missing.items() for number in numbers])
    for place, (one, numbers) in missing.items():
        if one.sitting is not None:
            one.sitting.lose({n: ended[*place, n] for n in numbers if (*place, n) in ended})


def _turn(one: _Worked, sitting: Sitting, candle: Candle, gate: Gate, plan: _Plan) -> None:
    """One desk's turn: look, hold back what may not be bought, place the rest."""
    bot = one.bot
    sitting.look(candle, gate.closed_ms)
    barred = gate.bars(bot, sitting, candle) if sitting.buys else None
    if barred:
        sitting.take_back(barred)
    for slot in list(sitting.wanted()):
        row = sitting.orders[slot]
        buys, reserved = row[its.SIDE] == its.BUY, Decimal(0)
        if not buys and sitting.heard is not None and (least := too_small(sitting, slot, candle)):
            sitting.hold_back(slot, least)
            continue
        if buys:
            answer = barred or gate.judge(bot, sitting, slot, candle)
            if isinstance(answer, tuple):
                sitting.hold_back(slot, answer)
                continue
            reserved = answer
        plan.drafts.append(_draft(bot, sitting, slot, reserved))
    plan.gone += [(*one.place, number) for number in sorted(sitting.gone)]
    plan.moved |= {(*one.place, number): slot for number, slot in sitting.moved.items() if number not in sitting.gone}
    if sitting.held:
        plan.levels[one.place] = sitting.levels


def _draft(bot: BotRow, sitting: Sitting, slot: int, reserved: Decimal) -> LineDraft:
    row, one = sitting.orders[slot], sitting.instrument
    return LineDraft(
        portfolio_pk=bot.portfolio_pk,
        bot_id=bot.public_id,
        instrument_id=one.id,
        number=sitting.place(slot),
        side=Side.BUY if row[its.SIDE] == its.BUY else Side.SELL,
        kind=KINDS[int(row[its.KIND])],
        place=slot,
        tag=int(row[its.TAG]),
        takes=bool(row[its.TAKES]),
        quantity=one.quantity_of(int(row[its.STEPS])),
        price=one.price_of(int(row[its.TICKS])) if row[its.TICKS] else None,
        reserved=reserved,
        held=sitting.heard is not None and row[its.KIND] == its.STOP,
    )


def _hear_exchanges(worked: Sequence[_Worked]) -> frozenset[tuple[UUID, str]]:
    """Tell desks at exchanges what filled and what ended since their last turn; those whose stop is selling now.

    The caller has locked the books: what they say of holdings and costs is what a desk has.
    """
    if not worked:
        return frozenset()
    by_place = {one.place: (one, one.sitting) for one in worked if one.sitting is not None}
    keys = {place: (one.bot.portfolio_pk, *place) for place, (one, _sitting) in by_place.items()}
    kept = kept_now(keys.values())
    fills = kept_fills({keys[place]: s.heard for place, (_, s) in by_place.items() if s.heard is not None})
    for fill in fills:
        hear_kept(by_place[fill.bot_id, fill.instrument_id][1], fill)
    numbers = [(*place, number) for place, (_, sitting) in by_place.items() for number in sitting.numbers_resting]
    ended = lines_ended(numbers)
    for place, (one, sitting) in by_place.items():
        now = kept[place]
        sitting.heard, sitting.cost = now.sequence, minor_of(now.cost)
        sitting.held = sitting.instrument.steps_down(now.quantity)
        hear_ends(sitting, {n: ended[*place, n] for n in sitting.numbers_resting if (*place, n) in ended})
        if one.bot.status is not BotStatus.ACTIVE:
            ask_anew(sitting)
    return stops_under_way({one.bot.public_id for one in worked})


def _hear(sitting: Sitting, fill: BookedFill) -> None:
    execution, fee = fill.execution, fill.execution.fee_minor
    buys = execution.side is Side.BUY
    sitting.hear(
        side=execution.side,
        steps=sitting.instrument.steps_down(execution.quantity),
        ticks=sitting.instrument.ticks_nearest(execution.price),
        paid=execution.notional_minor + fee if buys else execution.notional_minor - fee,
        profit=minor_of(fill.profit) if fill.profit is not None else 0,
        line=execution.line,
        stop=execution.cause == "stop",
    )


def _store(worked: Iterable[_Worked]) -> None:
    if rows := [(one.bot.pk, one.instrument_id, one.begun_slot_ms, one.problem, *_stored(one)) for one in worked]:
        write(_BEGIN, [list(column) for column in zip(*rows, strict=True)])


def _stored(one: _Worked) -> tuple[Any, ...]:
    if one.sitting is not None:
        return packed(one.sitting)
    funds = share_of(one.bot.allocation, len(one.bot.instruments))
    return (0, funds, funds, 0, 0, 0, False, False, 1, b"", b"", b"", b"", "{}", None, "{}", "{}")


def _row(columns: tuple[Any, ...]) -> Row:
    return Row(*columns)


def _frozen(bot: BotRow, stopped: Emergencies) -> bool:
    return bot.portfolio_pk in stopped.frozen or bot.public_id in stopped.frozen_bots
