"""A gap split into its parts, exactly: what was expected of a trade against what became of it. Pure, in Decimal.

A trade's profit is what it was left for less what it was entered at, less both fees; what is held at the end of the day
counts at its last close, what was held at its start at the last close before. The gap, actual less expected, is taken
apart step by step, so that the parts add up to it to the last digit:

1. size: the expected trade with the quantity that was ordered, against the quantity that was expected; and what an
   exit left over because it is too small to be sold.
2. fills: the same with the quantity that was filled; then each price that was got against the price that the rules
   expect of an order which reaches the market in that candle.
3. fees: the fees that the rules expect of what was filled, less those that were paid.
4. latency: the price that the rules expect in the candle in which an order reached the market, against the candle in
   which it was due: the one after the close that was decided on.
5. intra_bar: where a stop or target ended either of the two and not the other, or in another candle: the price at which
   the rules expect what really happened, against the price expected.
6. unexpected: all of a trade that was not expected, and what a person's or an emergency's exit changed, or a person's
   other stop or target.
7. refused is not a matter of one trade: it is the replay with all entries against the replay without those that were
   never ordered (`comparing.py`).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from cryptouniverse.kernel.market import MINOR_PER_UNIT
from strategies.monitoring.types import ZERO, Actual, Compared, Ending, Expected, Got, Parts
from trading.fills.rules import fee_minor


class Tape(Protocol):
    """What the rules expect of an order in a candle of one instrument; None where there is no such candle."""

    def taken(self, side: int, open_ms: int, delay_ms: int = 0) -> Decimal | None:
        """The price of a market order that reaches the market `delay_ms` after that candle's open; +1 buys."""

    def left_at(self, got: Got) -> Decimal | None:
        """The price at which a resting stop or target fills in its candle."""


def compare_trade(expected: Expected | None, actual: Actual | None, tape: Tape) -> Compared:
    """The trade with its gap in parts. One of the two may be missing."""
    was = profit_of(actual) if actual else ZERO
    should = expected_profit(expected, expected.quantity) if expected else ZERO
    if expected is None or actual is None:
        parts = Parts(unexpected=was) if expected is None else Parts(fills=-should)
        return Compared(expected, actual, should, was, parts)
    parts = _sizes(expected, actual)
    _enter(expected, actual, tape, parts)
    for got in actual.exits:
        _leave(expected, actual, got, tape, parts)
    _hold(expected, actual, parts)
    return Compared(expected, actual, should, was, parts)


def expected_profit(trade: Expected, quantity: Decimal) -> Decimal:
    """What the trade comes to with this quantity, net of the fees that the rules expect."""
    return quantity * (trade.exit_price - trade.entry_price) - _fees(trade, quantity)


def profit_of(actual: Actual) -> Decimal:
    """What the position came to that day."""
    paid = actual.held * actual.start_price + sum((got.quantity * got.price for got in actual.entries), ZERO)
    left = sum((got.quantity * got.price for got in actual.exits), ZERO)
    fees = sum((got.fee for got in (*actual.entries, *actual.exits)), ZERO)
    return left + still_held(actual) * actual.end_price - paid - fees


def money_of(expected: Expected | None, actual: Actual | None) -> Decimal:
    """What was at work in the trade: what it was entered with, the larger of the two."""
    should = expected.quantity * expected.entry_price if expected else ZERO
    if actual is None:
        return should
    was = actual.held * actual.start_price + sum((got.quantity * got.price for got in actual.entries), ZERO)
    return max(should, was)


def _sizes(expected: Expected, actual: Actual) -> Parts:
    filled = actual.held + sum((got.quantity for got in actual.entries), ZERO)
    before_fees = actual.held + sum((got.ordered for got in actual.entries), ZERO)
    should, wanted, ordered, had = (
        expected_profit(expected, quantity) for quantity in (expected.quantity, actual.wanted, before_fees, filled)
    )
    paid = sum((got.fee for got in (*actual.entries, *actual.exits)), ZERO)
    return Parts(size=wanted - should, fills=ordered - wanted, fees=had - ordered + _fees(expected, filled) - paid)


def _enter(expected: Expected, actual: Actual, tape: Tape, parts: Parts) -> None:
    for got in actual.entries:
        there = _there(tape.taken(1, got.met_ms, got.delay_ms), got.price)
        if actual.decided_ms is None:
            there = expected.entry_price  # what is added to a position that was held: no moment was expected
        parts.latency -= got.quantity * (there - expected.entry_price)
        parts.fills -= got.quantity * (got.price - there)


def _leave(expected: Expected, actual: Actual, got: Got, tape: Tape, parts: Parts) -> None:
    should = expected.exit_price
    if got.by_hand or (actual.by_hand and got.resting):
        parts.unexpected += got.quantity * (got.price - should)
        return
    if got.resting:
        same = got.cause == expected.ended and got.met_ms == expected.ended_ms
        there = should if same else _there(tape.left_at(got), got.price)
        parts.intra_bar += got.quantity * (there - should)
        parts.fills += got.quantity * (got.price - there)
        return
    there = _there(tape.taken(-1, got.met_ms, got.delay_ms), got.price)
    due = should
    if got.cause != expected.ended:
        due = _there(tape.taken(-1, got.due_ms), there)
        if expected.ended == Ending.OPEN and got.cause == Ending.EXIT:
            parts.unexpected += got.quantity * (due - should)
        else:
            parts.intra_bar += got.quantity * (due - should)
    parts.latency += got.quantity * (there - due)
    parts.fills += got.quantity * (got.price - there)


def _hold(expected: Expected, actual: Actual, parts: Parts) -> None:
    moved = still_held(actual) * (actual.end_price - expected.exit_price)
    if actual.ended:
        parts.size += moved
    elif expected.ended not in (Ending.STOP, Ending.TARGET):
        parts.latency += moved  # its exit has not reached the market yet; or it is held in both, and nothing has moved
    elif actual.by_hand:
        parts.unexpected += moved
    else:
        parts.intra_bar += moved


def still_held(actual: Actual) -> Decimal:
    """What is left of the position at the end of the day."""
    entered = actual.held + sum((got.quantity for got in actual.entries), ZERO)
    return entered - sum((got.quantity for got in actual.exits), ZERO)


def _fees(trade: Expected, quantity: Decimal) -> Decimal:
    entered = _fee(quantity * trade.entry_price, trade.entry_ppm)
    return entered + (ZERO if trade.ended == Ending.OPEN else _fee(quantity * trade.exit_price, trade.exit_ppm))


def _fee(notional: Decimal, ppm: int) -> Decimal:
    """As the rules round it: up to the minor unit, of a notional that was itself rounded up to one."""
    minor = int((notional * MINOR_PER_UNIT).to_integral_value(rounding=ROUND_CEILING))
    return Decimal(fee_minor(minor, ppm)) / MINOR_PER_UNIT


def _there(found: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if found is None else found
