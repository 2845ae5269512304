"""The strict reading of a model's answer: valid in every field, or no vote. Nothing is repaired."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from aiengine.providers.types import Vote

RAW_LENGTH_MAX = 8_192
HORIZONS = ("hours", "days", "weeks")
_FIELDS = ("symbol", "side", "confidence", "horizon", "invalidation", "evidence")
_SIDES = {"BUY": Vote.BUY, "SELL": Vote.SELL, "HOLD": Vote.HOLD}
_NUMBER_LENGTH_MAX = 32
_TEXT_LENGTH_MAX = 500
_EVIDENCE_MAX = 32
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2060-\u206f]")

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": list(_FIELDS),
    "properties": {
        "symbol": {"type": "string"},
        "side": {"type": "string", "enum": list(_SIDES)},
        "confidence": {"type": "number"},
        "horizon": {"type": "string", "enum": list(HORIZONS)},
        "invalidation": {"type": "string"},
        "evidence": {"type": "array", "items": {"type": "string"}},
    },
}


class MalformedAnswerError(ValueError):
    """The text is not one valid answer; says which field."""


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """A valid answer. confidence: 0 to 1, at most 6 decimals."""

    side: Vote
    confidence: Decimal
    horizon: str
    invalidation: str
    evidence: tuple[str, ...]


def parse_answer(raw: str, *, symbol: str, evidence_ids: Collection[str]) -> ParsedAnswer:
    """The one answer in `raw`, which must be about `symbol` and cite only `evidence_ids`, or MalformedAnswerError."""
    if len(raw) > RAW_LENGTH_MAX:
        raise MalformedAnswerError("longer than an answer can be")
    try:
        body = json.loads(
            raw, parse_float=_decimal, parse_int=_decimal, parse_constant=_no_constant, object_pairs_hook=_unique_keys
        )
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("not one JSON object") from error
    if not isinstance(body, dict) or set(body) != set(_FIELDS):
        raise MalformedAnswerError("not exactly the fields asked for")
    if body["symbol"] != symbol:
        raise MalformedAnswerError("about another symbol")
    return ParsedAnswer(
        side=_side(body["side"]),
        confidence=_confidence(body["confidence"]),
        horizon=_horizon(body["horizon"]),
        invalidation=_text(body["invalidation"]),
        evidence=_evidence(body["evidence"], evidence_ids),
    )


def storable(raw: str) -> str:
    """`raw` cut to one character above the limit, with what a database refuses (NUL, lone surrogates) replaced."""
    return raw[: RAW_LENGTH_MAX + 1].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _decimal(text: str) -> Decimal:
    if len(text) > _NUMBER_LENGTH_MAX:
        raise MalformedAnswerError("a number with too many digits")
    return Decimal(text)


def _no_constant(text: str) -> NoReturn:
    raise MalformedAnswerError(f"{text} is not a number")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise MalformedAnswerError("a field is there twice")
    return body


def _side(value: object) -> Vote:
    if not isinstance(value, str) or value not in _SIDES:
        raise MalformedAnswerError("side is not BUY, SELL or HOLD")
    return _SIDES[value]


def _confidence(value: object) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value <= 1:
        raise MalformedAnswerError("confidence is not a number from 0 to 1")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -6:
        raise MalformedAnswerError("confidence has more than 6 decimals")
    return value


def _horizon(value: object) -> str:
    if not isinstance(value, str) or value not in HORIZONS:
        raise MalformedAnswerError("horizon is not one of those offered")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_LENGTH_MAX or _UNPRINTABLE.search(value):
        raise MalformedAnswerError("invalidation is not a short printable sentence")
    return value


def _evidence(value: object, known: Collection[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _EVIDENCE_MAX:
        raise MalformedAnswerError("evidence is not a list of reading names")
    if not all(isinstance(item, str) and item in known for item in value):
        raise MalformedAnswerError("evidence names a reading that was not given")
    return tuple(value)
