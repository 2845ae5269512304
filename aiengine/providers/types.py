"""What a model is asked and what comes back. Pure values, no Django.

A Question is built of typed fields only: no text written by a stranger has a place in it, and neither has a secret.
"""

from __future__ import annotations

import enum
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.market import Side, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _

_SYMBOL = re.compile(r"[A-Z0-9]{1,20}/[A-Z0-9]{1,20}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_PRINTABLE = re.compile(r"[ -~]{0,600}")

ROLE = (
    "You are one voter of a panel that judges a proposed crypto trade. The message is one JSON object of measured "
    "data. Judge whether the proposed side is right for the next bars. Answer with one JSON object that follows the "
    "schema: repeat the symbol; side BUY, SELL or HOLD; confidence from 0 to 1 (how likely the side is right); "
    "horizon; invalidation (one sentence: what would prove you wrong); evidence (names of the readings you relied on). "
    "You choose neither size nor price."
)


class Vote(enum.StrEnum):
    """What a voter would do."""

    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"


class Abstention(enum.StrEnum):
    """Why a voter has no valid vote."""

    LATE = "late"
    UNAUTHORISED = "unauthorised"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    MALFORMED = "malformed"
    BAD_REQUEST = "bad_request"
    FAILED = "failed"
    OVER_BUDGET = "over_budget"
    NO_CONFIDENCE = "no_confidence"


@dataclass(frozen=True)
class Question:
    """One proposal with the readings taken at its slot.

    slot_ms: open time of the last closed candle, UTC ms; nothing later is in `readings` (name -> finite float).
    hypothesis: the shipped strategy's own sentence (printable ASCII). Raises Invalid for a field outside its alphabet.
    """

    symbol: str
    timeframe: Timeframe
    slot_ms: int
    side: Side
    strategy: str
    family: str
    hypothesis: str
    readings: Mapping[str, float]

    def __post_init__(self) -> None:
        names = (self.strategy, self.family, *self.readings)
        sound = (
            _SYMBOL.fullmatch(self.symbol)
            and _PRINTABLE.fullmatch(self.hypothesis)
            and all(_NAME.fullmatch(name) for name in names)
            and all(math.isfinite(value) for value in self.readings.values())
        )
        if not sound:
            raise Invalid(_("A question to a model holds symbols, names and finite numbers only."))

    @cached_property
    def prompt(self) -> str:
        """The user message: one JSON object, keys sorted, the same text for the same facts."""
        return json.dumps(
            {
                "symbol": self.symbol,
                "timeframe": self.timeframe.value,
                "candle_open_ms": self.slot_ms,
                "proposal": {
                    "side": self.side.value.upper(),
                    "strategy": self.strategy,
                    "family": self.family,
                    "hypothesis": self.hypothesis,
                },
                "readings": dict(self.readings),
            },
            sort_keys=True,
            separators=(",", ":"),
        )

    @cached_property
    def prompt_hash(self) -> str:
        """SHA-256 of role and message, hex."""
        return hashlib.sha256(f"{ROLE}\n{self.prompt}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model said. vote None: it abstained, and `error` says why (an Abstention).

    confidence: 0 to 1, at most 6 decimals. raw: the text received, cut. latency_ms: wall time. cost_usd: by `prices`.
    """

    provider: str
    model: str
    vote: Vote | None = None
    confidence: Decimal | None = None
    reason: str = ""
    raw: str = ""
    error: str = ""
    latency_ms: int = 0
    cost_usd: Decimal = Decimal(0)
    tokens_in: int = 0
    tokens_out: int = 0


class Provider(Protocol):
    """One vendor's model behind the panel's port."""

    name: str
    model: str

    async def ask(self, question: Question, deadline_s: float) -> Answer:
        """Its answer within `deadline_s` seconds. Never raises for what the vendor does: it abstains."""
        ...

    async def aclose(self) -> None:
        """Give its connections back."""
        ...
