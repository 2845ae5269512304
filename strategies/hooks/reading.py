"""From the text of an alert to what it asks for: TradingView's words, and those of other senders. Pure.

What a text says of selling goes before what it says of buying: a position that its sender gave up is not kept.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.hooks.errors import AlertOld, AlertUnreadable, BadAlert
from strategies.hooks.tickers import instrument_of
from strategies.hooks.types import NOTE_MAX, TOLERANCE, Message
from strategies.signals.types import Action

# What TradingView puts into these is said in its manual, under the placeholders of strategies.
TEMPLATE: Final[Mapping[str, str]] = {
    "ticker": "{{ticker}}",
    "exchange": "{{exchange}}",
    "action": "{{strategy.order.action}}",
    "position": "{{strategy.market_position}}",
    "order_id": "{{strategy.order.id}}",
    "price": "{{close}}",
    "time": "{{timenow}}",
}
ENTERS: Final = frozenset({"buy", "long", "enter", "enter long", "entry", "open", "open long"})
LEAVES: Final = frozenset({"sell", "short", "flat", "exit", "exit long", "close", "close long", "enter short"})
_POSITIONS: Final = {"long": Action.ENTER_LONG, "short": Action.EXIT_LONG, "flat": Action.EXIT_LONG}
_SECONDS_MAX: Final = 10**11  # of a time that is a number: beyond it are milliseconds


def parsed(body: bytes) -> dict[str, Any]:
    """The object that the text is. Raises AlertUnreadable."""
    try:
        said = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise AlertUnreadable from None
    if not isinstance(said, dict):
        raise AlertUnreadable
    return said


def read(said: Mapping[str, Any], *, instruments: Sequence[str], now: datetime, signed_at: datetime | None) -> Message:
    """What it asks for. signed_at: when it was signed; then it need not say its own time.

    Raises BadAlert, AlertOld.
    """
    sent_at = fresh(signed_at, now=now) if signed_at and said.get("time") is None else _time(said.get("time"), now)
    test = said.get("test", False)
    if not isinstance(test, bool):
        raise BadAlert(_("test is true or false."), field="test")
    return Message(
        action=_action(said),
        instrument_id=instrument_of(_text(said, "ticker"), _text(said, "exchange"), instruments),
        sent_at=sent_at,
        ticker=_text(said, "ticker"),
        order_id=_text(said, "order_id"),
        price=_text(said, "price"),
        test=test,
    )


def fresh(at: datetime, *, now: datetime) -> datetime:
    """The same time. Raises AlertOld where it is too far from now, either way."""
    if abs(now - at) > TOLERANCE:
        raise AlertOld(limit_s=int(TOLERANCE.total_seconds()))
    return at


def _action(said: Mapping[str, Any]) -> Action:
    word, position = _word(said, "action"), _word(said, "position")
    if position and position not in _POSITIONS:
        raise BadAlert(_("position is long, short or flat, not %(value)s."), field="position", value=position)
    if word not in ENTERS | LEAVES and (word or not position):
        known = ", ".join(sorted(ENTERS | LEAVES))
        raise BadAlert(_("action is one of %(known)s, not %(value)s."), field="action", known=known, value=word)
    asked = {_POSITIONS[position]} if position else set()
    if word:
        asked.add(Action.ENTER_LONG if word in ENTERS else Action.EXIT_LONG)
    return Action.EXIT_LONG if Action.EXIT_LONG in asked else Action.ENTER_LONG


def _word(said: Mapping[str, Any], field: str) -> str:
    return " ".join(re.split(r"[\s_-]+", _text(said, field).lower())).strip()


def _text(said: Mapping[str, Any], field: str) -> str:
    """A field as text, "" where it is not there; what TradingView did not fill in is not there either."""
    value = said.get(field)
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        value = "" if value is None else str(value)
    if not isinstance(value, str) or len(value) > NOTE_MAX or not value.isprintable():
        raise BadAlert(_("%(field)s is a text of %(most)s signs at most."), field=field, most=NOTE_MAX)
    return "" if value.startswith("{{") else value.strip()


def _time(value: Any, now: datetime) -> datetime:
    """A time with its zone (ISO 8601), or seconds or milliseconds since 1970. Raises BadAlert, AlertOld."""
    at = None
    if isinstance(value, str) and len(value) <= NOTE_MAX and value.isascii():
        try:
            at = _since_1970(float(value)) if re.fullmatch(r"\d{1,16}(\.\d{1,9})?", value) else _zoned(value)
        except ValueError:
            at = None
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 10**16:
        at = _since_1970(float(value))
    if at is None:
        raise BadAlert(_("time is when the alert was sent, such as 2026-01-31T12:00:00Z."), field="time")
    return fresh(at, now=now)


def _zoned(value: str) -> datetime | None:
    at = datetime.fromisoformat(value.strip())
    try:
        return at.astimezone(UTC) if at.tzinfo else None
    except OverflowError:
        return None


def _since_1970(seconds: float) -> datetime | None:
    seconds = seconds / 1000 if seconds >= _SECONDS_MAX else seconds
    return datetime.fromtimestamp(seconds, tz=UTC) if math.isfinite(seconds) and seconds < _SECONDS_MAX else None


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
