"""What became of alerts from outside: each is answered in the transaction that records what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiengine.autopilot.models import DecisionRecord
from aiengine.autopilot.types import Decision, Wish
from strategies.bots.types import BotStatus, Roster
from strategies.hooks.services import answer_alerts
from strategies.hooks.types import Answer, Called, Outcome
from strategies.signals.types import Action, Signal
from tenants.provisioning.selectors import takes_entries
from trading.execution.selectors import in_flight

_OF_DECISION = {
    DecisionRecord.Outcome.TAKEN.value: Outcome.ENTERED,
    DecisionRecord.Outcome.REDUCED.value: Outcome.ENTERED,
    DecisionRecord.Outcome.EXIT.value: Outcome.LEFT,
    DecisionRecord.Outcome.REFUSED.value: Outcome.REFUSED,
    DecisionRecord.Outcome.NO_VERDICT.value: Outcome.NO_VERDICT,
}


def parted(wishes: Sequence[Wish], called: Called, waiting: set[UUID]) -> tuple[list[Wish], list[Wish]]:
    """The wishes that trade, and those of test alerts; without those whose alert has been answered meanwhile."""
    outside = {signal.id for signal in called.signals}
    mine = [wish for wish in wishes if wish.signal.id not in outside or wish.signal.id in waiting]
    tests = called.tests
    return [w for w in mine if w.signal.id not in tests], [w for w in mine if w.signal.id in tests]


def answer(
    called: Called, *, bots: Roster, wishes: Sequence[Wish], decisions: Sequence[Decision], slot_ms: int
) -> None:
    """Write down what came of the alerts of a slot. wishes: all there were; decisions: on those that were ours.

    An exit of what is being bought at the moment goes on waiting, so that it is not lost.
    """
    if not called.signals and not called.over:
        return
    answers = {one.signal_id: _answered(one) for one in decisions}
    wished = {wish.signal.id for wish in wishes}
    idle = [signal for signal in called.signals if signal.id not in wished]
    answer_alerts(slot_ms=slot_ms, answers=answers | _unwished(idle, bots), over=called.over)


def _unwished(signals: Sequence[Signal], bots: Roster) -> dict[UUID, Answer]:
    """Why a signal became no wish; nothing is said of those that wait on."""
    if not signals:
        return {}
    heard = {signal.id: bots.listeners[signal.key][0] for signal in signals}
    entering = in_flight(bot_ids={bot.public_id for bot in heard.values()}, position_pks=()).entering
    open_, found = takes_entries(), {}
    for signal in signals:
        bot = heard[signal.id]
        if signal.action is Action.EXIT_LONG:
            if (bot.public_id, signal.key.instrument_id) not in entering:
                found[signal.id] = Answer(Outcome.NOT_HELD)
        elif bot.status is not BotStatus.ACTIVE:
            found[signal.id] = Answer(Outcome.PAUSED)
        else:
            found[signal.id] = Answer(Outcome.HELD if open_ else Outcome.CLOSED)
    return found


def _answered(one: Decision) -> Answer:
    outcome = _OF_DECISION[one.outcome]
    return Answer(outcome, one.rule, one.limit, one.value) if outcome is Outcome.REFUSED else Answer(outcome)
