"""The verdicts of the panel on entry signals: asked once, stored once, repeated as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings

from aiengine.consensus.analysts.frame import Frame, silence
from aiengine.consensus.budget import within_budget
from aiengine.consensus.panel import ask_panel
from aiengine.consensus.records import store, stored_verdicts
from aiengine.consensus.shelf import shelf
from aiengine.consensus.types import UNANIMOUS, Opinion, Policy, Verdict
from aiengine.consensus.vote import for_entry, vote
from aiengine.providers.selectors import configured_providers
from aiengine.providers.types import Provider, Question
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Side, Timeframe
from strategies.builder.rules.compiling import OWN
from strategies.builder.selectors import is_own, strategy_of
from strategies.signals.types import Action, Signal


def verdicts_for(
    *,
    signals: Collection[Signal],
    slot_ms: int,
    policy: Policy = UNANIMOUS,
    providers: Sequence[Provider] | None = None,
) -> dict[UUID, Verdict]:
    """Signal id -> verdict for each entry among `signals`, all of candle `slot_ms`; exits are never asked about.

    The models whose keys are configured vote (or `providers`); with none, three rule-based analysts do, and the
    verdict says `by_rules`. Models that fail abstain; rules never step in for them. Side: the proposed one or None.
    A repeat returns the earlier verdicts. Call outside a transaction: it may wait for the network, then stores in one.
    """
    entries = {signal.id: signal for signal in signals if signal.action is Action.ENTER_LONG}
    if not entries:
        return {}
    panel = configured_providers() if providers is None else providers
    earlier = stored_verdicts(list(entries)) if panel else {}  # rules cost less than the question whether they spoke
    cases = _cases([entries[key] for key in sorted(entries) if key not in earlier], slot_ms)
    opinions = _opinions_of_models(cases, panel) if panel else [case.judged_by_rules() for case in cases]
    fresh = [_verdict(case, said, policy, by_rules=not panel) for case, said in zip(cases, opinions, strict=True)]
    return earlier | store(fresh, {case.signal.id: case.asked() for case in cases})


@dataclass(frozen=True, slots=True)
class _Case:
    """One signal before the panel. question: None where its candle is missing or cannot be measured."""

    signal: Signal
    family: str
    frame: Frame
    index: int | None
    question: Question | None

    def judged_by_rules(self) -> tuple[Opinion, ...]:
        if self.index is None or self.question is None:
            return silence("no_readings")
        return self.frame.opinions(self.family, self.index)

    def asked(self) -> tuple[str, str]:
        return (self.question.prompt, self.question.prompt_hash) if self.question else ("", "")


def _cases(signals: Sequence[Signal], slot_ms: int) -> list[_Case]:
    wanted: dict[Timeframe, set[str]] = defaultdict(set)
    for signal in signals:
        wanted[signal.key.timeframe].add(signal.key.instrument_id)
    frames = {
        (timeframe, name): frame
        for timeframe, names in wanted.items()
        for name, frame in shelf.frames_at(slot_ms, sorted(names), timeframe).items()
    }
    return [_case(signal, slot_ms, frames[signal.key.timeframe, signal.key.instrument_id]) for signal in signals]


def _case(signal: Signal, slot_ms: int, frame: Frame) -> _Case:
    """The case of one signal. A signal of another slot is stale, and is not asked about with this slot's readings."""
    index = frame.at(slot_ms) if signal.slot_ms == slot_ms else None
    family = signal.judged_as or strategy_of(signal.key.strategy).judged_as
    question = _question(signal, family, frame, index) if index is not None else None
    return _Case(signal, family, frame, index, question)


def _question(signal: Signal, family: str, frame: Frame, index: int) -> Question | None:
    shipped, key = strategy_of(signal.key.strategy), signal.key
    if is_own(shipped.name):  # the panel is told nothing that a person wrote, and frames are everybody's
        shipped = replace(shipped, name=shipped.family, hypothesis=OWN)
    asked = (key.instrument_id, f"{shipped.name} {family}", index)
    if asked not in frame.questions:
        try:
            frame.questions[asked] = Question(
                symbol=key.instrument_id.partition(":")[2],
                timeframe=key.timeframe,
                slot_ms=signal.slot_ms,
                side=Side.BUY,
                strategy=shipped.name,
                family=family,
                hypothesis=shipped.hypothesis,
                readings=frame.facts(index),
            )
        except Invalid:
            return None  # a name outside the alphabet: nobody is asked about it, and it is not traded
    return frame.questions[asked]


def _opinions_of_models(cases: Sequence[_Case], providers: Sequence[Provider]) -> list[tuple[Opinion, ...]]:
    questions = [case.question for case in cases if case.question is not None]
    allowed = within_budget(questions, providers)
    said = ask_panel(allowed, providers, deadline_s=settings.CU.cu_panel_deadline_s) if allowed else {}
    return [
        said.get(case.question.prompt_hash) or _unasked(providers, "over_budget")
        if case.question is not None
        else _unasked(providers, "no_readings")
        for case in cases
    ]


def _unasked(providers: Sequence[Provider], error: str) -> tuple[Opinion, ...]:
    return tuple(
        Opinion(one.name, "ai", None, None, f"panel.{error}:", model=one.model, error=error) for one in providers
    )


def _verdict_id(signal: Signal) -> UUID:
    """The same whenever it is asked: derived from the signal, at its candle's close."""
    with clock.at(clock.from_ms(signal.slot_ms + signal.key.timeframe.ms)):
        return derived_id("verdict", signal.id)


def _verdict(case: _Case, opinions: tuple[Opinion, ...], policy: Policy, *, by_rules: bool) -> Verdict:
    ballot = for_entry(vote(opinions, policy))
    return Verdict(
        id=_verdict_id(case.signal),
        signal_id=case.signal.id,
        instrument_id=case.signal.key.instrument_id,
        slot_ms=case.signal.slot_ms,
        side=ballot.side,
        confidence=ballot.confidence,
        policy=policy.name,
        reason=ballot.reason,
        opinions=opinions,
        by_rules=by_rules,
    )
