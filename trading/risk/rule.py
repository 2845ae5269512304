"""What a rule is: one file in `trading.risk.rules` with a `RULE`. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from trading.risk.types import Book, Limits, Proposal, Ruling

Check = Callable[[Proposal, Book, Limits, Decimal], Ruling]


class Stage(enum.IntEnum):
    """When a rule is asked. Of rules that refuse the first is named, so what a person can do least about comes first.

    Rules behind PRICE are asked only at prices that are finite and above zero: the gate stops at the first refusal.
    """

    STOPPED = 1
    REAL_MONEY = 2
    CREDITS = 3
    PRICE = 4
    INSTRUMENT = 5
    LOCKED = 6
    DAY = 7
    NUMBER = 8
    SIZE = 9
    CASH = 10


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the gate. name: its file's. title: what it is called on a page. meaning: what it holds back, to people.

    check: None allows, AtMost reduces, Deny refuses; it gets the worst price beside what it judges. limit: the field of
    `Limits` that it holds against, "" where it holds against facts.
    """

    name: str
    stage: Stage
    title: str
    meaning: str
    check: Check
    limit: str = ""
