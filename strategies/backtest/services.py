"""Runs that are kept: asked for, worked by a lab worker, cancelled, deleted. Everything a person does is audited.

A run is named by its plan; the worker takes it from its row, tells the row where it is, and writes all of the result in
one update or nothing. A worker that died leaves a row without a heartbeat: it is taken up again.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import structlog
from django.db import transaction
from django.db.models import F, Q

from accounts.users.services import take_turns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.events.services import publish_on_commit
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from strategies.backtest.errors import RunCancelled, RunNotOver, TooLong, TooManyKept, TooManyRuns
from strategies.backtest.events import BacktestEnded
from strategies.backtest.finding import checked_finding, found
from strategies.backtest.finding_told import found_as_json
from strategies.backtest.keeping import packed, packed_books
from strategies.backtest.models import Run
from strategies.backtest.of_bots import on_refusals as on_refusals  # noqa: PLC0414 - the wiring brings it
from strategies.backtest.of_bots import plan_of_bot
from strategies.backtest.plans import any_plan_as_json, read_any_plan
from strategies.backtest.selectors import access_run, checked, studied
from strategies.backtest.telling import as_json
from strategies.backtest.types import AnyPlan, FindingPlan
from strategies.backtest.waiting import waiting_runs
from strategies.builder.services import hold_rules
from tenants.audit.services import record

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot

log = structlog.get_logger(__name__)
AT_ONCE_MAX: Final = 5  # of one person
KEPT_MAX: Final = 200
CANDLES_MAX: Final = 5_000_000
TRIES_MAX: Final = 3
LOOK_EVERY_S: Final = 0.5
UNEXPECTED: Final = _("Something went wrong in our program; it was written down. Nothing of the run is kept.")
DIED: Final = _("The worker died %(tries)s times over this run: it may be too large. Ask for fewer candles.")
_UNFINISHED = Q(state__in=[Run.State.QUEUED, Run.State.RUNNING])
_on_ask: list[Callable[[], None]] = []


def on_ask(offer: Callable[[], None]) -> None:
    """`offer` brings the tenant's waiting runs to a worker; called after each commit that asked for one."""
    _on_ask[:] = [offer]


@transaction.atomic
def ask_for_run(*, actor: User, plan: AnyPlan, key: str = "") -> Run:
    """Keep a run that a worker will do. Audited as "backtest.asked".

    key: with the same one the person has one run, and a repeat is given that one.
    Raises what `checked` or `checked_finding` raises, TooLong, TooManyRuns, TooManyKept; then nothing is kept.
    """
    plan = _checked(plan, actor)
    take_turns(actor)
    once = {"public_id": uuid5(actor.public_id, key)} if key else {}
    if once and (kept := Run.objects.filter(**once).first()):
        return kept
    hold_rules(plan.strategy)
    mine = Run.objects.filter(owner=actor)
    if mine.filter(_UNFINISHED).count() >= AT_ONCE_MAX:
        raise TooManyRuns(limit=AT_ONCE_MAX)
    if mine.count() >= KEPT_MAX:
        raise TooManyKept(limit=KEPT_MAX)
    raw = any_plan_as_json(plan)
    told = {**raw, "vetoes": sum(map(len, raw["vetoes"].values()))} if "vetoes" in raw else raw
    made = Run.objects.create(
        **once, owner=actor, plan=raw, strategy=plan.strategy, timeframe=raw["timeframe"], asked_at=clock.now()
    )
    record(actor=actor, action="backtest.asked", object=made, after=told)
    transaction.on_commit(_offer)
    return made


def ask_for_bot(*, actor: User, bot: Bot, since_ms: int | None = None, until_ms: int | None = None) -> Run:
    """Keep a run of what a bot, which the caller may see, would have traded: see `plan_of_bot`. Audited as
    "backtest.asked". Raises what that and `ask_for_run` raise.
    """
    return ask_for_run(actor=actor, plan=plan_of_bot(bot, since_ms=since_ms, until_ms=until_ms))


@transaction.atomic
def cancel_run(*, actor: User, run_id: UUID) -> Run:
    """End a run that is not over: at once where it waits, else within a second. Audited as "backtest.cancelled".

    Raises UnknownRun. One that is over stays as it is, and nothing is written.
    """
    run = access_run(actor, run_id, lock=True)
    if run.state not in {Run.State.QUEUED, Run.State.RUNNING} or run.cancel_asked:
        return run
    run.cancel_asked = True
    if run.state == Run.State.QUEUED:
        run.state, run.ended_at = Run.State.CANCELLED, clock.now()
        _publish(run)
    run.save(update_fields=["cancel_asked", "state", "ended_at"])
    record(actor=actor, action="backtest.cancelled", object=run, after={"state": str(run.state)})
    return run


@transaction.atomic
def delete_run(*, actor: User, run_id: UUID) -> None:
    """Forget a run that is over, or waits. Audited as "backtest.deleted". Raises UnknownRun, RunNotOver."""
    run = access_run(actor, run_id, lock=True)
    if run.state == Run.State.RUNNING:
        raise RunNotOver()
    record(actor=actor, action="backtest.deleted", object=run, before={"plan": run.plan, "hash": run.hash})
    run.delete()


def work_runs() -> int:
    """Work the tenant's waiting runs, oldest first, until there is none; how many. Called by lab workers."""
    count = 0
    while (run := _taken_up()) is not None:
        _work(run)
        count += 1
    return count


@transaction.atomic
def _taken_up() -> Run | None:
    """The next run that waits, or whose worker was silent for SILENT_AFTER; taken by nobody else."""
    run, now = waiting_runs().select_for_update(skip_locked=True).first(), clock.now()
    if run is None:
        return None
    if run.tries >= TRIES_MAX:
        _end(run, Run.State.FAILED, error={"code": "backtest.worker_died", "said": said(DIED, tries=run.tries)})
        return _taken_up()
    run.state, run.tries, run.beat_at = Run.State.RUNNING, run.tries + 1, now
    run.started_at = run.started_at or now
    run.save(update_fields=["state", "tries", "beat_at", "started_at"])
    return run


def _work(run: Run) -> None:
    """Do it, and write what it came to. Whatever goes wrong ends the run and not the worker."""
    heart = _Heart(run.pk)
    try:
        _end(run, Run.State.DONE, **_done(read_any_plan(run.plan), run.owner, heart))
    except RunCancelled:
        _end(run, Run.State.CANCELLED)
    except CryptoUniverseError as error:
        _end(run, Run.State.FAILED, error={"code": error.code, "said": said(error.message, **error.facts)})
    except Exception:
        log.exception("a backtest failed", run=str(run.public_id))
        _end(run, Run.State.FAILED, error={"code": "backtest.unexpected", "said": UNEXPECTED})


class _Heart:
    """Tells a run's row that it is being worked, where it is, and asks it whether to go on."""

    def __init__(self, run_pk: int) -> None:
        self._row = Run.objects.filter(pk=run_pk, state=Run.State.RUNNING)
        self._looked = -LOOK_EVERY_S
        self._cancelled = False

    def is_cancelled(self) -> bool:
        if monotonic() - self._looked >= LOOK_EVERY_S:
            self._looked = monotonic()
            self._row.update(beat_at=clock.now())
            self._cancelled = not self._row.filter(cancel_asked=False).exists()
        return self._cancelled

    def tell(self, step: str) -> None:
        self._row.update(step=step, beat_at=clock.now())


def _checked(plan: AnyPlan, actor: User) -> AnyPlan:
    if isinstance(plan, FindingPlan):
        return checked_finding(plan)[0]
    plan, candles = checked(plan, owner=actor)
    if candles > CANDLES_MAX:
        raise TooLong(candles=candles, limit=CANDLES_MAX)
    return plan


def _done(plan: AnyPlan, owner: User, heart: _Heart) -> dict[str, Any]:
    """What a plan came to, as it is kept."""
    if isinstance(plan, FindingPlan):
        seen = found(plan, is_cancelled=heart.is_cancelled, tell=heart.tell)
        return {"result": found_as_json(seen), "arrays": packed_books(seen.study), "hash": seen.study.ran.hash}
    done = studied(plan, owner=owner, is_cancelled=heart.is_cancelled, tell=heart.tell)
    result = done.study.result
    return {"result": as_json(done), "arrays": packed(result), "hash": result.hash}


@transaction.atomic
def _end(run: Run, state: Run.State, **more: Any) -> None:
    """The end of a run that is still ours: one that was taken up by another after a silence is left to that one."""
    mine = Run.objects.filter(_UNFINISHED, pk=run.pk, tries=F("tries") if state == Run.State.CANCELLED else run.tries)
    if mine.update(state=state, step="", ended_at=clock.now(), **more):
        run.state = state
        _publish(run)


def _publish(run: Run) -> None:
    publish_on_commit([BacktestEnded(run_id=run.public_id, owner_id=run.owner.public_id, state=str(run.state))])


def _offer() -> None:
    for offer in _on_ask:
        offer()
