"""The words of the panel: votes, opinions, policies and verdicts. Pure values, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from aiengine.providers.types import Vote
from cryptouniverse.kernel.market import Side

__all__ = ["POLICIES", "UNANIMOUS", "WEIGHTED", "Ballot", "Kind", "Opinion", "Policy", "Verdict", "Vote"]

Kind = Literal["ai", "rule"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one voter said about one proposal. vote None: it abstained.

    voter: "openai", "anthropic", "gemini" or "rule:trend", ... confidence: 0 to 1, at most 6 decimals, None when it
    abstained. reason: a code with facts that `wording.sentence_of` puts into words, or a model's own sentence.
    """

    voter: str
    kind: Kind
    vote: Vote | None
    confidence: Decimal | None
    reason: str
    latency_ms: int = 0
    cost_usd: Decimal = Decimal(0)
    model: str = ""
    error: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How opinions become a verdict.

    threshold: least mean confidence ("unanimous") or share ("weighted"). quorum: least valid votes. floor: least mean
    confidence of the winning side under "weighted". weights: voter -> weight above zero; 1 where not named.
    """

    name: Literal["unanimous", "weighted"]
    threshold: Decimal = Decimal("0.85")
    quorum: int = 2
    floor: Decimal = Decimal("0.5")
    weights: Mapping[str, Decimal] = field(default_factory=dict)


UNANIMOUS = Policy(name="unanimous")
WEIGHTED = Policy(name="weighted")
POLICIES: dict[str, Policy] = {policy.name: policy for policy in (UNANIMOUS, WEIGHTED)}


class Ballot(NamedTuple):
    """The outcome of a vote. side None: no trade. confidence: the deciding figure, 6 decimals, rounded down."""

    side: Side | None
    confidence: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the panel says to one entry signal. side None: no trade. by_rules: no model was asked."""

    id: UUID
    signal_id: UUID
    instrument_id: str
    slot_ms: int
    side: Side | None
    confidence: Decimal
    policy: str
    reason: str
    opinions: tuple[Opinion, ...]
    by_rules: bool
