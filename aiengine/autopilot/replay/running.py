"""The worker's side of a replay: slot after slot through the production cycle, at the slots' own time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Max

from aiengine.autopilot.claims import SETTLE
from aiengine.autopilot.cycle import run_cycle
from aiengine.autopilot.models import CycleRun
from aiengine.autopilot.replay.cast import Person, cast, enter, top_up_on_the_way
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.market import Timeframe


@dataclass(frozen=True, slots=True)
class Stage:
    """What is replayed: the slots from first to last (UTC ms, both in), for these instruments."""

    instruments: tuple[str, ...]
    timeframe: Timeframe
    first_ms: int
    last_ms: int
    seed: int

    @property
    def slots(self) -> range:
        """Every slot, whether or not each instrument has a candle in it."""
        return range(self.first_ms, self.last_ms + 1, self.timeframe.ms)


def run_replay(stage: Stage, *, on_slot: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Play `stage` in the active tenant from where it stands; how many slots were worked now.

    Killed anywhere and called again, it ends in the same books: what was committed is not done twice. on_slot: told
    of slots done and slots in all.
    """
    people = cast(stage.seed)
    with without_kick(), clock.at(clock.from_ms(stage.first_ms)):
        for person in people:
            enter(person, instruments=stage.instruments, timeframe=stage.timeframe)
    slots = stage.slots
    begin = _next_slot(stage)
    worked = 0
    with without_kick():
        for slot_ms in range(begin, stage.last_ms + 1, stage.timeframe.ms):
            _work(stage, slot_ms, people)
            worked += 1
            on_slot((slot_ms - stage.first_ms) // stage.timeframe.ms + 1, len(slots))
    return worked


def _work(stage: Stage, slot_ms: int, people: Sequence[Person]) -> None:
    with clock.at(clock.from_ms(slot_ms + stage.timeframe.ms)):
        for person in people:
            if person.top_up and slot_ms == _top_up_slot(stage, person):
                top_up_on_the_way(person)
        run_cycle(timeframe=stage.timeframe, slot_ms=slot_ms)


def _top_up_slot(stage: Stage, person: Person) -> int:
    return stage.slots[int(len(stage.slots) * person.top_up_at)]


def _next_slot(stage: Stage) -> int:
    """The last slot settled is worked again: a kill may have come between its commits."""
    last = CycleRun.objects.filter(timeframe=stage.timeframe.value, work=SETTLE).aggregate(last=Max("slot_ms"))["last"]
    return stage.first_ms if last is None else last
