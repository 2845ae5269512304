"""Where and when the trader is killed: a seeded list in which every pair of point and semantics comes often enough."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.crashpoints import CRASHPOINTS

SEMANTICS = ("unique-ever", "unique-open", "ignored", "none")  # what a venue makes of client order ids
TIMES_MIN = 5  # that each pair comes
_REACHED = {  # how often a session reaches a point, at least; others once
    "intent.insert": 2,
    "sending.commit": 2,
    "connect.before": 2,
    "connect.after": 2,
    "body.half": 3,
    "body.sent": 3,
    "headers.read": 4,
    "body.read": 4,
    "ack.update": 2,
    "ack.commit": 2,
    "fill.commit": 2,
}


@dataclass(frozen=True, slots=True)
class Kill:
    """Die when `point` is reached for the `nth` time. seed: of the session's work."""

    point: str
    nth: int
    seed: int


def kills_of(count: int, seed: int) -> dict[str, list[Kill]]:
    """`count` kills, shared among the semantics. Raises ValueError where a pair would come too seldom."""
    pairs = [(semantics, point) for semantics in SEMANTICS for point in CRASHPOINTS]
    if count < TIMES_MIN * len(pairs):
        raise ValueError(f"{len(pairs)} pairs of point and semantics need {TIMES_MIN * len(pairs)} kills or more")
    dice = random.Random(seed)  # noqa: S311  # a plan that can be repeated
    chosen = pairs * TIMES_MIN + dice.choices(pairs, k=count - TIMES_MIN * len(pairs))
    dice.shuffle(chosen)
    plan: dict[str, list[Kill]] = {semantics: [] for semantics in SEMANTICS}
    for semantics, point in chosen:
        plan[semantics].append(Kill(point, dice.randint(1, _REACHED.get(point, 1)), dice.getrandbits(32)))
    return plan


def faults_of(factor: Decimal) -> list[dict[str, object]]:
    """What goes wrong at the venue besides: late acceptance, lost replies, 5xx after acceptance, 429, HTML.

    factor: what the protocol's waiting times are scaled by; some orders arrive when their window is over.
    """
    order = {"method": "POST", "path": "/api/v3/order"}
    return [
        {**order, "kind": "delay_before_ms", "probability": "0.25", "ms": 0, "max_ms": int(6_000 * factor)},
        {**order, "kind": "accept_then_drop_reply", "probability": "0.12"},
        {**order, "kind": "5xx_after_accept", "probability": "0.06"},
        {**order, "kind": "html_after_accept", "probability": "0.03"},
        {**order, "kind": "status", "status": 429, "probability": "0.03"},
    ]


def lag_ms_of(factor: Decimal) -> int:
    """How late the venue's lists show what it has accepted: less than the protocol allows for."""
    return int(6_000 * factor)
