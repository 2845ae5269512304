"""A day's result as a row: amounts as they are, trades as plain JSON with exact amounts as text. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cryptouniverse.kernel import clock
from strategies.monitoring.models import BotDay
from strategies.monitoring.replaying import Replayed
from strategies.monitoring.types import PARTS, ZERO, Actual, Compared, Ending, Expected, Got, Refused

COLUMNS: Final = (
    *("reason", "note", "expected", "actual", *PARTS, "money", "matched", "unmatched"),
    *("trades", "refusals", "profits", "hash", "replayed_at"),
)
_REASON_MAX: Final = 500


def as_row(found: Replayed, day: date) -> BotDay:
    """A row that is not written yet."""
    row, result = BotDay(bot_id=found.bot.pk, day=day, replayed_at=clock.now()), found.result
    if result is None:
        row.reason = found.reason[:_REASON_MAX]
        return row
    row.note = found.note[:_REASON_MAX]
    row.expected, row.actual, row.money, row.hash = result.expected, result.actual, result.money, result.hash
    for name in PARTS:
        setattr(row, name, getattr(result.parts, name))
    row.matched, row.unmatched = result.matched, result.unmatched
    row.trades = [_trade(trade) for trade in result.trades]
    row.refusals = [_refusal(one) for one in result.refused]
    row.profits = [
        [_text(one.expected_profit), _text(one.expected_profit + one.parts.market)]
        for one in result.trades
        if one.expected
    ]
    if result.pooled:
        row.profits = [[_text(result.expected), _text(result.expected + result.parts.market)]]
    return row


def _trade(trade: Compared) -> dict[str, Any]:
    either = trade.expected or trade.actual
    return {
        "instrument": either.instrument_id if either else "",
        "decided_ms": either.decided_ms if either else None,
        "expected": _expected(trade.expected, trade.expected_profit) if trade.expected else None,
        "actual": _actual(trade.actual, trade.actual_profit) if trade.actual else None,
        "gap": _text(trade.parts.gap),
        "parts": {name: _text(getattr(trade.parts, name)) for name in PARTS},
    }


def _expected(one: Expected, profit: Decimal) -> dict[str, Any]:
    return {
        "quantity": _text(one.quantity),
        "entry_price": _text(one.entry_price),
        "exit_price": _text(one.exit_price),
        "ended": one.ended.value,
        "ended_ms": one.ended_ms,
        "profit": _text(profit),
    }


def _actual(one: Actual, profit: Decimal) -> dict[str, Any]:
    is_open = not one.ended
    last = one.exits[-1] if one.exits else None
    return {
        "quantity": _text(one.held + sum((got.quantity for got in one.entries), ZERO)),
        "entry_price": _text(one.start_price if one.held else _mean(one.entries)),
        "exit_price": _text(one.end_price if is_open or last is None else _mean(one.exits)),
        "ended": Ending.OPEN.value if is_open or last is None else last.cause.value,
        "ended_ms": None if is_open or last is None else last.met_ms,
        "profit": _text(profit),
    }


def _refusal(one: Refused) -> dict[str, Any]:
    return {"instrument": one.instrument_id, "decided_ms": one.decided_ms, "why": one.why}


def _mean(fills: Iterable[Got]) -> Decimal:
    each = list(fills)
    quantity = sum((got.quantity for got in each), ZERO)
    return sum((got.price * got.quantity for got in each), ZERO) / quantity if quantity else ZERO


def _text(amount: Decimal) -> str:
    return f"{amount.normalize() if amount else ZERO:f}"
