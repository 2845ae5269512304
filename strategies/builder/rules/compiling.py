"""A document becomes a `Strategy` of the catalogue's kind: the same function of closed bars. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Bars
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.errors import BadRules
from strategies.builder.rules.contradicting import contradictions
from strategies.builder.rules.evaluating import Evaluation, number_in, settings_in
from strategies.builder.rules.problems import Problem, problem, refusal
from strategies.builder.rules.reading import Document, hash_of, plain
from strategies.builder.rules.sense import declared_in, sense_problems
from strategies.builder.rules.settling import settled
from strategies.builder.rules.shape import shape_problems
from strategies.builder.rules.walking import Node, conditions_of, operands_of, rules_of, within
from strategies.catalog.types import Parameters, Stances, Strategy, holding, opposed
from trading.indicators.registry import indicator

FAMILY: Final = "rules"
WARMUP_MAX: Final = 5_000
OWN: Final = _("Rules that a person put together; they wrote nothing about why it should earn.")
_REGIME: Final = _("Whatever its rules were made for.")
_FAILURE: Final = _("Rules that fit the past too well: examine them on candles that they were not made on.")


@dataclass(frozen=True)
class RuleStrategy(Strategy):
    """A strategy that is a document. document_hash: as `hash_of` has it."""

    document_hash: str = ""

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the document and of what evaluates it."""
        return hashlib.sha256(f"{self.document_hash} {_evaluator_hash()}".encode()).hexdigest()[:16]


def problems_of(document: Document) -> list[Problem]:
    """Everything that is wrong with a plain document; of its sense only once it has the shape."""
    if found := shape_problems(document) or sense_problems(document) or contradictions(document):
        return found
    highest = warmup_of(document, {name: each.high for name, each in declared_in(document).items()})
    if highest > WARMUP_MAX:
        text = _("With its highest parameters it needs %(bars)s candles before the first decision; %(limit)s may be.")
        return [problem("", text, bars=highest, limit=WARMUP_MAX)]
    return []


@dataclass(frozen=True, slots=True)
class Validated:
    """What a document is worth. warmup: candles before its first decision, at its defaults; None where not valid."""

    problems: Sequence[Problem]
    warmup: int | None = None

    @property
    def valid(self) -> bool:
        """Whether it would be kept."""
        return not self.problems


def validated(raw: object) -> Validated:
    """A document, checked and not compiled. Raises nothing: what could not even be read is a problem too."""
    try:
        document = plain(raw)
    except BadRules as refused:
        return Validated(refused.found)
    if problems := problems_of(document):
        return Validated(problems)
    return Validated((), warmup_of(document, {name: each.default for name, each in declared_in(document).items()}))


def checked_document(raw: object) -> Document:
    """The plain document of what was sent. Raises BadRules, with every problem."""
    document = plain(raw)
    if problems := problems_of(document):
        raise refusal(problems)
    return document


def compile_rules(document: Document, *, name: str = FAMILY) -> RuleStrategy:
    """The strategy that a checked document is. name: under which runs know it."""

    def decide(bars: Bars, **parameters: Any) -> Stances:
        return _decided(document, bars, parameters)

    return RuleStrategy(
        name=name,
        title=document["name"],
        family=FAMILY,
        hypothesis=document.get("note", "").strip() or OWN,
        regime=_REGIME,
        known_failure=_FAILURE,
        parameters=tuple(declared_in(document).values()),
        warmup=lambda parameters: warmup_of(document, parameters),
        stop_bps=document["stop_bps"],
        target_bps=document["target_bps"],
        plan="free",
        decide=decide,
        rule=lambda parameters: _broken(document, parameters),
        entry=document.get("judged_as", "trend"),
        document_hash=hash_of(document),
    )


def warmup_of(document: Node, parameters: Parameters) -> int:
    """Bars before the first stance: the slowest rule, and then the longest that it remembers an entry."""
    slowest = max(_warmup(path, condition, parameters) for path, condition in rules_of(document))
    return slowest + int(number_in(document["patience"], parameters))


def _warmup(path: str, condition: Node, parameters: Parameters) -> int:
    """Bars before a condition is known."""
    below = [_warmup(*each, parameters) for each in within(path, condition)]
    slowest = max([0, *below, *(_settled(each, parameters) for _path, each in operands_of(path, condition))])
    match condition["is"]:
        case "crosses_above" | "crosses_below":
            return slowest + 1
        case "rising" | "falling":
            return slowest + int(number_in(condition["bars"], parameters))
        case "within":
            return slowest + int(number_in(condition["bars"], parameters)) - 1
        case _:
            return slowest


def _settled(operand: Node, parameters: Parameters) -> int:
    shift: int = operand.get("shift", 0)
    if operand["is"] != "indicator":
        return shift
    return shift + settled(indicator(operand["name"]), settings_in(operand, parameters))


def _decided(document: Node, bars: Bars, parameters: Parameters) -> Stances:
    evaluation, nothing = Evaluation(bars, parameters), np.zeros(len(bars), dtype=np.bool_)
    flags = {path[1:]: evaluation.truth(condition).yes for path, condition in rules_of(document)}
    patience, silent = int(number_in(document["patience"], parameters)), warmup_of(document, parameters)
    sides = [
        holding(flags[f"enter_{side}"], flags.get(f"exit_{side}", nothing), patience=patience, warmup=silent)
        for side in ("long", "short")
        if f"enter_{side}" in flags
    ]
    return opposed(*sides) if len(sides) == 2 else sides[0]


def _broken(document: Node, parameters: Mapping[str, Any]) -> str | None:
    """What is wrong with these parameters together: what an indicator says of those that it gets."""
    for path, condition, _depth in conditions_of(document):
        for _below, operand in operands_of(path, condition):
            if operand["is"] == "indicator":
                try:
                    indicator(operand["name"]).resolve(settings_in(operand, parameters))
                except CryptoUniverseError as error:
                    return error.message
    return None


@cache
def _evaluator_hash() -> str:
    """Of every file of this package: other code is another strategy."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
