"""Optimisations: asked for, worked in chunks by lab workers, stopped, deleted. Everything a person does is audited.

A chunk is taken up in one short transaction, which counts the try, and done in another that holds its row: a worker
that dies lets go of it, and all its trials are written or none. Whoever finds no chunk left makes the report.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import structlog
from django.db import InterfaceError, OperationalError, transaction

from accounts.users.services import take_turns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.locks import only_one
from cryptouniverse.kernel.words import Kept, said
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.backtest.errors import RunCancelled
from strategies.builder.services import hold_rules
from strategies.lab.errors import NothingRan, SearchNotOver, StrategyChanged, TooManyKept, TooManySearches, WorkerDied
from strategies.lab.events import OptimisationEnded
from strategies.lab.keeping import as_rows
from strategies.lab.models import Chunk, Optimisation, TrialRecord
from strategies.lab.plans import read_search_plan, search_of, search_plan_as_json
from strategies.lab.search.chunks import CHUNK, Method, Search, work_chunk
from strategies.lab.search.report import best_trial
from strategies.lab.search.trials import Trial, TrialState
from strategies.lab.selectors import (
    UNFINISHED,
    access_optimisation,
    checked_search,
    ground_of,
    reported,
    silent_optimisations,
    trials_of_search,
)
from strategies.lab.types import AT_ONCE_MAX, KEPT_MAX, SearchPlan
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User

log = structlog.get_logger(__name__)
SILENT_AFTER: Final = timedelta(seconds=30)
TRIES_MAX: Final = 3
LOOK_EVERY_S: Final = 0.5
_REPORT_LOCK: Final = 7_315_022  # with a search: one worker makes its report
LANES: Final = 2  # chunks of one search that are offered at a time
UNEXPECTED: Final = _("Something went wrong in our program; it was written down. What was found so far is kept.")
_STATE = Optimisation.State
_on_ask: list[Callable[[UUID], None]] = []


def on_ask(offer: Callable[[UUID], None]) -> None:
    """`offer` brings an optimisation to a worker; called after each commit that gave it work."""
    _on_ask[:] = [offer]


@transaction.atomic
def start_optimisation(*, actor: User, asked: SearchPlan, key: str = "") -> Optimisation:
    """Keep a search that workers will do. Audited as "optimisation.started".

    key: with the same one the person has one search, and a repeat is given that one.
    Raises what `checked_search` raises, TooManySearches, TooManyKept; then nothing is kept.
    """
    asked, search = checked_search(asked, actor)
    take_turns(actor)
    once = {"public_id": uuid5(actor.public_id, key)} if key else {}
    if once and (kept := Optimisation.objects.filter(**once).first()):
        return kept
    hold_rules(asked.plan.strategy)
    mine = Optimisation.objects.filter(owner=actor)
    if mine.filter(UNFINISHED).count() >= AT_ONCE_MAX:
        raise TooManySearches(limit=AT_ONCE_MAX)
    if mine.count() >= KEPT_MAX:
        raise TooManyKept(limit=KEPT_MAX)
    now, raw = clock.now(), search_plan_as_json(asked)
    made = Optimisation.objects.create(
        **once,
        owner=actor,
        asked=raw,
        strategy=asked.plan.strategy,
        timeframe=asked.plan.timeframe.value,
        method=asked.method.value,
        trials=search.trials,
        code_hash=search.space.strategy.code_hash,
        asked_at=now,
        beat_at=now,
    )
    Chunk.objects.bulk_create(Chunk(optimisation=made, number=number) for number in range(search.chunks))
    record(actor=actor, action="optimisation.started", object=made, after=raw)
    _offer(made.public_id, lanes=LANES)
    return made


@transaction.atomic
def stop_optimisation(*, actor: User, optimisation_id: UUID) -> Optimisation:
    """End a search with what was found so far: at once where it waits, else within seconds.

    Audited as "optimisation.stopped". Raises UnknownOptimisation. One that is over stays as it is, and nothing is
    written.
    """
    row = access_optimisation(actor, optimisation_id, lock=True)
    if row.ended_at is not None or row.stop_asked:
        return row
    row.stop_asked = True
    row.save(update_fields=["stop_asked"])
    record(actor=actor, action="optimisation.stopped", object=row, before={"state": str(row.state)})
    if row.state == _STATE.QUEUED:
        _end(row, _STATE.STOPPED)
        row.refresh_from_db()
    else:
        _offer(row.public_id)
    return row


@transaction.atomic
def delete_optimisation(*, actor: User, optimisation_id: UUID) -> None:
    """Forget a search that is over, or waits, with its trials. Audited as "optimisation.deleted".

    Raises UnknownOptimisation, SearchNotOver.
    """
    row = access_optimisation(actor, optimisation_id, lock=True)
    if row.state == _STATE.RUNNING:
        raise SearchNotOver()
    record(actor=actor, action="optimisation.deleted", object=row, before={"asked": row.asked, "hash": row.hash})
    row.delete()


def work_optimisation(*, optimisation_id: UUID) -> int:
    """Do one chunk of a search, or its report where no chunk is left; how many workers should go on with it.

    Whatever goes wrong ends the search and not the worker; but where the database was away, it is tried again.
    """
    row = Optimisation.objects.filter(UNFINISHED, public_id=optimisation_id).first()
    if row is None:
        return 0
    try:
        return _work(row)
    except RunCancelled:
        return 1  # it was stopped: the next look ends it
    except (OperationalError, InterfaceError):
        raise  # what it did is rolled back, and the sweep offers it again
    except CryptoUniverseError as error:
        _end(row, _STATE.FAILED, error={"code": error.code, "said": said(error.message, **error.facts)})
    except Exception:
        log.exception("an optimisation failed", optimisation=str(row.public_id))
        _end(row, _STATE.FAILED, error={"code": "lab.unexpected", "said": UNEXPECTED})
    return 0


@transaction.atomic
def offer_silent() -> int:
    """Offer every search that no worker was heard of for SILENT_AFTER; how many. Called by beat's sweep."""
    silent = silent_optimisations(since=clock.now() - SILENT_AFTER)
    rows = list(silent.select_for_update(skip_locked=True, no_key=True))
    for row in rows:
        row.beat_at = clock.now()
        row.save(update_fields=["beat_at"])
        _offer(row.public_id, lanes=LANES)
    return len(rows)


def _work(row: Optimisation) -> int:
    asked = read_search_plan(row.asked)
    search = search_of(asked, row.owner)
    if search.space.strategy.code_hash != row.code_hash:
        raise StrategyChanged(strategy=row.strategy)
    if row.stop_asked:
        _conclude(row, search, asked)
        return 0
    chunk = _taken_up(row, search)
    if chunk is None:
        if not row.chunks.filter(done_at=None).exists():
            _conclude(row, search, asked)
        return 0
    found = _do(row, chunk, search, asked)
    if chunk.number == 0 and found and all(trial.state is TrialState.FAILED for trial in found):
        raise NothingRan(reason=Kept(found[0].error))
    return LANES if search.method is Method.TPE else 1


@transaction.atomic
def _taken_up(row: Optimisation, search: Search) -> Chunk | None:
    """The next chunk that nobody works at and that what it waits for is done of. Raises WorkerDied.

    The search is locked before its chunk, as by whoever deletes it.
    """
    if not Optimisation.objects.filter(UNFINISHED, pk=row.pk).select_for_update(no_key=True):
        return None
    done = set(row.chunks.exclude(done_at=None).values_list("number", flat=True))
    open_ones = (number for number in range(search.chunks) if number not in done)
    ready = [number for number in open_ones if done.issuperset(search.waits_for(number))]
    waiting = row.chunks.filter(number__in=ready, done_at=None).order_by("number")
    chunk = waiting.select_for_update(skip_locked=True).first()
    if chunk is None:
        return None
    if chunk.tries >= TRIES_MAX:
        raise WorkerDied(tries=chunk.tries)
    chunk.tries += 1
    chunk.save(update_fields=["tries"])
    mine, now = Optimisation.objects.filter(pk=row.pk), clock.now()
    mine.filter(started_at=None).update(started_at=now)
    mine.update(state=_STATE.RUNNING, beat_at=now)
    return chunk


@transaction.atomic
def _do(row: Optimisation, chunk: Chunk, search: Search, asked: SearchPlan) -> list[Trial]:
    """The trials of a chunk, written; none where another worker has it. Raises RunCancelled where it was stopped."""
    if Chunk.objects.filter(pk=chunk.pk, done_at=None).select_for_update(skip_locked=True).first() is None:
        return []
    going = Optimisation.objects.filter(pk=row.pk, state=_STATE.RUNNING, stop_asked=False)
    told = trials_of_search(row, below=len(search.waits_for(chunk.number)) * CHUNK)
    found = work_chunk(search, ground_of(search, asked), chunk.number, told, is_cancelled=_asking(going.exists))
    TrialRecord.objects.bulk_create(as_rows(row, search.space, found))
    Chunk.objects.filter(pk=chunk.pk).update(done_at=clock.now())
    if not going.update(beat_at=clock.now()):
        raise RunCancelled(row.strategy)
    return found


def _asking(goes_on: Callable[[], bool]) -> Callable[[], bool]:
    """Whether to end, asked of the database twice a second at most."""
    looked, ends = monotonic(), False

    def is_cancelled() -> bool:
        nonlocal looked, ends
        if monotonic() - looked >= LOOK_EVERY_S:
            looked, ends = monotonic(), not goes_on()
        return ends

    return is_cancelled


def _conclude(row: Optimisation, search: Search, asked: SearchPlan) -> None:
    """The report over what was found, and the end, of one worker however many come. Raises NothingRan, WorkerDied."""
    with only_one(_REPORT_LOCK, row.public_id.int & 0x7FFFFFFF) as mine:
        found = Optimisation.objects.filter(UNFINISHED, pk=row.pk).first() if mine else None
        if found is not None:
            _report(found, search, asked)


def _report(row: Optimisation, search: Search, asked: SearchPlan) -> None:
    if row.tries >= TRIES_MAX:
        raise WorkerDied(tries=row.tries)
    Optimisation.objects.filter(pk=row.pk).update(tries=row.tries + 1, beat_at=clock.now())
    trials, over = trials_of_search(row), not row.stop_asked
    if not over and best_trial(search, trials) is None:
        _end(row, _STATE.STOPPED)
        return
    found = reported(search, asked, trials, over=over, owner=row.owner)
    _end(row, _STATE.DONE if over else _STATE.STOPPED, report=found, hash=found["hash"])


@transaction.atomic
def _end(row: Optimisation, state: Optimisation.State, **more: Any) -> None:
    """The end of a search that is not over; of two that end it, the first."""
    if Optimisation.objects.filter(UNFINISHED, pk=row.pk).update(state=state, ended_at=clock.now(), **more):
        publish_on_commit(
            [OptimisationEnded(optimisation_id=row.public_id, owner_id=row.owner.public_id, state=str(state))]
        )


def _offer(optimisation_id: UUID, *, lanes: int = 1) -> None:
    def offer() -> None:
        for each in _on_ask * lanes:
            each(optimisation_id)

    transaction.on_commit(offer)
