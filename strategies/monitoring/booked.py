"""The day of a bot that reads order books: gone through again over its books, and each order held against the real one.
Pure.

An order counts against the day's last bid of its instrument, as fills of desks do: a buy gains what the price rose from
it to there, a sale what it fell, each less its fee; what was held when the day began gains what the bid rose that day.
Orders are the same if they have one id, which follows from the bot, the moment and the kind of trade; funding is of no
order, and of one candle it is the same, earned as a fee below zero.

As for other bots the day is gone through twice: with every trade that the finder finds, and with those alone that were
sent. Between the two lies what refusals came to. Books have no inside: what an order got in another candle, or a quote
in one of the two alone, is a matter of what the market did between two books, and so of the waiting time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptouniverse.kernel.market import DAY_MS, Instrument
from strategies.backtest.engine.finding.moments import moments_of
from strategies.backtest.engine.finding.purse import home_of
from strategies.backtest.engine.finding.trades import FUNDING, LEG, QUOTE, STOCK
from strategies.finding.selectors import group_of, order_id_of, parts_of
from strategies.monitoring.comparing import DIGITS
from strategies.monitoring.types import ZERO, Actual, Compared, DayResult, Ending, Expected, Got, Parts, Refused
from trading.fills import Book

if TYPE_CHECKING:
    from strategies.backtest.engine.finding.moments import Moment
    from strategies.backtest.engine.finding.trades import Trade
    from strategies.backtest.engine.finding.turning import Finding
    from strategies.catalog.finding import Leg
    from trading.execution.selectors import BookFill, BookSent

_UNIT: Final = Decimal("1e-18")  # to which amounts are kept
_HELD: Final = UUID(int=0)
Key = tuple[UUID, str, str]  # order, instrument, side


@dataclass(frozen=True)
class BookDay:
    """A bot and its day. finding: as it began; quote_id: of the quote that rested then. books: of the day, with the
    last before it. begins_ms: from where on it looked. held: of each instrument when the day began, by the books.
    """

    bot_id: UUID
    finding: Finding
    quote_id: UUID | None
    books: Mapping[str, Sequence[Book]]
    begins_ms: int
    day_ms: int
    candle_ms: int
    sent: Sequence[BookSent]
    fills: Sequence[BookFill]
    held: Mapping[str, Decimal]


@dataclass(slots=True)
class _Side:
    """What an order is, or was: fills of one instrument on one side. wanted: base units, None where nobody knows."""

    at_ms: int = 0
    slot_ms: int = 0
    kind: str = ""
    wanted: Decimal | None = None
    quantity: Decimal = ZERO
    notional: Decimal = ZERO
    base_fee: Decimal = ZERO
    fee: Decimal = ZERO

    def add(self, price: Decimal, quantity: Decimal, fee: Decimal, *, in_base: bool) -> None:
        """A fill more."""
        self.quantity += quantity
        self.notional += price * quantity
        self.base_fee += fee if in_base else ZERO
        self.fee += ZERO if in_base else fee

    def gained(self, side: str, end: Decimal) -> Decimal:
        """What it came to until the day's end, before fees."""
        gained = self.quantity * end - self.notional
        return _kept(gained if side == "buy" else -gained)

    def paid(self, end: Decimal) -> Decimal:
        """Its fees."""
        return _kept(self.fee + self.base_fee * end)


@dataclass
class _Walked:
    orders: dict[Key, _Side] = field(default_factory=dict)
    ids: set[UUID] = field(default_factory=set)
    held_back: list[tuple[str, int]] = field(default_factory=list)


def compare_books(day: BookDay, *, told: str) -> DayResult:
    """The day's result of a bot. told: what names it in the hash."""
    with localcontext(prec=DIGITS, rounding=ROUND_HALF_EVEN):
        ends = {name: _bid(day, name, each[-1]) for name, each in day.books.items()}
        placed = _walk(day, sent={one.group for one in day.sent} | {one.id for one in day.sent})
        every = _walk(day, sent=None) if placed.held_back else placed
        trades, parts = [*_held(day, ends), *_compared(day, placed, ends)], Parts()
        for one in trades:
            parts.add(one.parts)
        should = sum((_net(each, key, ends) for key, each in placed.orders.items()), ZERO)
        wanted = sum((_net(each, key, ends) for key, each in every.orders.items()), ZERO)
        parts.refused += should - wanted
        hashed = hashlib.sha256(f"{told} {sorted(map(str, placed.orders.items()))}".encode())
        hashed.update(f"{sorted(map(str, every.orders.items()))}".encode())
        return DayResult(
            expected=sum((one.expected_profit for one in trades), ZERO) - should + wanted,
            actual=sum((one.actual_profit for one in trades), ZERO),
            money=day.finding.funds,
            parts=parts,
            trades=tuple(trades),
            refused=tuple(Refused(name, at_ms) for name, at_ms in placed.held_back),
            hash=hashed.hexdigest(),
            matched=sum(one.expected is not None and one.actual is not None for one in trades),
            pooled=True,
        )


def _walk(day: BookDay, *, sent: Collection[UUID] | None) -> _Walked:
    """The day of the bot. sent: groups and ids of the orders that there were; None: whatever it wants is sent."""
    finding, quote_id, found = deepcopy(day.finding), day.quote_id, _Walked()
    if quote_id is not None:
        found.ids.add(quote_id)
    for moment in moments_of(day.books, start_ms=day.begins_ms, end_ms=day.day_ms + DAY_MS):
        kind = QUOTE if finding.finder.rests else LEG if finding.stocked else STOCK
        group = group_of(day.bot_id, moment.at_ms, kind)
        named = order_id_of(group, None) if kind == QUOTE else group

        def allows(legs: Sequence[Leg], named: UUID = named, at_ms: int = moment.at_ms) -> bool:
            if sent is None or named in sent:
                return True
            found.held_back.append((legs[0].market, at_ms))
            return False

        moved = finding.at(moment, allows)
        for trade in moved.trades:
            _add(day, found, trade, moment, quote_id)
        quote_id = None if moved.met is not None else quote_id
        if moved.placed is not None:
            quote_id = named
            found.ids.add(quote_id)
    return found


def _add(day: BookDay, found: _Walked, trade: Trade, moment: Moment, quote_id: UUID | None) -> None:
    group = group_of(day.bot_id, trade.at_ms, trade.kind)
    slot_ms = moment.arrives_ms // day.candle_ms * day.candle_ms
    for number, done in enumerate(trade.done):
        order = quote_id if trade.kind == QUOTE and quote_id is not None else order_id_of(group, number)
        found.ids.add(order)
        for part in parts_of(done, day.finding.instruments, moment.arriving):
            key = order, part.instrument.id, part.side.value
            wanted = done.instrument.quantity_of(done.steps) if part.instrument == done.instrument else None
            side = found.orders.setdefault(key, _Side(trade.at_ms, slot_ms, trade.kind, wanted))
            paid, in_base = (part.base_fee, True) if part.base_fee else (Decimal(part.fee_minor).scaleb(-8), False)
            side.add(part.price, part.quantity, paid, in_base=in_base)
    for each in trade.paid:
        key = _funding_id(day, slot_ms), each.instrument.id, "sell"
        found.orders.setdefault(key, _Side(trade.at_ms, slot_ms, trade.kind)).fee -= each.amount


def _funding_id(day: BookDay, slot_ms: int) -> UUID:
    return group_of(day.bot_id, slot_ms, FUNDING)


def _compared(day: BookDay, placed: _Walked, ends: Mapping[str, Decimal]) -> list[Compared]:
    wanted, had = {one.id: one.quantity for one in day.sent}, dict[Key, _Side]()
    for fill in day.fills:
        order = _funding_id(day, fill.slot_ms) if fill.cause == FUNDING else fill.order_id
        key = order, fill.instrument_id, fill.side
        side = had.setdefault(key, _Side(fill.slot_ms, fill.slot_ms, "", wanted.get(fill.order_id)))
        side.add(fill.price, fill.quantity, fill.fee, in_base=fill.fee_currency == day.finding.by_id[key[1]].base)
    real = {fill.order_id for fill in day.fills} | {one.id for one in day.sent}
    found = []
    for key in sorted(placed.orders.keys() | had.keys(), key=lambda key: (_at(placed, had, key), *map(str, key))):
        end, should, was = ends[key[1]], placed.orders.get(key), had.get(key)
        gap = _net(was, key, ends) - _net(should, key, ends)
        if should is not None and was is not None:
            parts = _parts(should, was, key[2], end)
        elif should is not None and should.kind == QUOTE:
            parts = Parts(latency=gap)
        elif should is not None:
            parts = Parts(fills=gap) if key[0] in real else Parts(refused=gap)
        elif key[0] in placed.ids:
            parts = Parts(fills=gap) if key[0] not in _quotes(day) else Parts(latency=gap)
        else:
            parts = Parts(unexpected=gap)
        expected = None if should is None else _expected(key, should, end)
        actual = None if was is None else _actual(key, was, end)
        found.append(Compared(expected, actual, _net(should, key, ends), _net(was, key, ends), parts))
    return found


def _parts(should: _Side, was: _Side, side: str, end: Decimal) -> Parts:
    """The gap of an order that filled in both, step by step: its size, what of it filled and the prices, the fees.

    Of funding, which fills nothing, all of it is a fee.
    """
    gained = should.gained(side, end)
    each = gained / should.quantity if should.quantity else ZERO
    size = ZERO
    if should.wanted is not None and was.wanted is not None:
        size = _kept((was.wanted - should.wanted) * each)
    filled = _kept((was.quantity - should.quantity) * each) - size
    priced = was.gained(side, end) - gained - size - filled
    parts = Parts(size=size, fills=filled, fees=should.paid(end) - was.paid(end))
    if should.slot_ms == was.slot_ms:
        parts.fills += priced
    else:
        parts.latency += priced
    return parts


def _held(day: BookDay, ends: Mapping[str, Decimal]) -> list[Compared]:
    """What was held when the day began."""
    found, finding = [], day.finding
    for one in finding.instruments:
        should, was = finding.purse.get((one.venue, one.asset), ZERO), day.held.get(one.id, ZERO)
        if one.quote != home_of(finding.instruments) or not (should or was):
            continue
        books = day.books[one.id]
        start = _bid(day, one.id, next((b for b in reversed(books) if b.at_ms < day.day_ms), books[0]))
        rose = ends[one.id] - start
        expected = Expected(one.id, None, should, start, ends[one.id], Ending.OPEN, None, entry_ppm=0, exit_ppm=0)
        actual = Actual(one.id, None, was, start, ends[one.id], was)
        profits = _kept(should * rose), _kept(was * rose)
        found.append(Compared(expected, actual, *profits, Parts(size=profits[1] - profits[0])))
    return found


def _quotes(day: BookDay) -> set[UUID]:
    return {one.id for one in day.sent if one.since_ms} | ({day.quote_id} if day.quote_id else set())


def _at(placed: _Walked, had: Mapping[Key, _Side], key: Key) -> int:
    return (placed.orders.get(key) or had[key]).at_ms


def _net(side: _Side | None, key: Key, ends: Mapping[str, Decimal]) -> Decimal:
    return ZERO if side is None else side.gained(key[2], ends[key[1]]) - side.paid(ends[key[1]])


def _bid(day: BookDay, name: str, book: Book) -> Decimal:
    one: Instrument = day.finding.by_id[name]
    return one.price_of(book.bids[0][0])


def _expected(key: Key, side: _Side, end: Decimal) -> Expected:
    price, buys = _mean(side), key[2] == "buy"
    ended = Ending.OPEN if buys else Ending.STOP if side.kind == "stop" else Ending.EXIT
    prices = (price, end) if buys else (end, price)
    return Expected(key[1], side.at_ms, side.quantity, *prices, ended, side.slot_ms, entry_ppm=0, exit_ppm=0)


def _actual(key: Key, side: _Side, end: Decimal) -> Actual:
    buys = key[2] == "buy"
    fill = Got(_mean(side), side.quantity, side.quantity, side.paid(end), Ending.EXIT, side.slot_ms, side.slot_ms)
    return Actual(
        instrument_id=key[1],
        decided_ms=side.at_ms,
        held=ZERO if buys else side.quantity,
        start_price=end,
        end_price=end,
        wanted=side.wanted or side.quantity,
        entries=(fill,) if buys else (),
        exits=() if buys else (fill,),
        ended=not buys,
    )


def _mean(side: _Side) -> Decimal:
    return _kept(side.notional / side.quantity) if side.quantity else ZERO


def _kept(amount: Decimal) -> Decimal:
    return amount.quantize(_UNIT, rounding=ROUND_HALF_EVEN)
