"""JSON in, and never a float: a number with a fraction arrives as the exact Decimal that was written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ExactJson(JSONParser):
    """DRF's JSON parser without floats, without NaN and infinities, and without names that are said twice."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body as Python values. Raises ParseError for what is not strict JSON."""
        try:
            text = stream.read().decode("utf-8")
            value = json.loads(text, parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_said_once)
            if "\\u" in text:  # half of a pair is no character, and no database keeps it
                json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
            return value
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}") from error


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is said twice")
    return found
