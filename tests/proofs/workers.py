"""Work done at once by processes forked from this warm one, each with a connection of its own, starting together."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from django.db import connection

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.events.services import without_kick
from cryptouniverse.kernel.tenancy import in_tenant

START_WITHIN_S = 60
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Share:
    """One process's work. dies_before: it kills itself (SIGKILL) before its statement of that number; 0: it lives."""

    work: Callable[[], Any]
    dies_before: int = 0


class Killed:
    """What a share that was killed answers."""

    def __repr__(self) -> str:
        return "killed"


KILLED = Killed()


def at_once(tenant: TenantCtx, shares: Sequence[Share]) -> list[Any]:
    """What each share's work returned, or KILLED. A share that raises fails the caller, in its own words."""
    connection.close()  # nothing is inherited: every process opens its own
    start = _fork.Barrier(len(shares))
    pipes = [_fork.Pipe(duplex=False) for _ in shares]
    workers = [
        _fork.Process(target=_run, args=(tenant, share, start, answer), daemon=True)
        for share, (_, answer) in zip(shares, pipes, strict=True)
    ]
    for worker, (_, answer) in zip(workers, pipes, strict=True):
        worker.start()
        answer.close()
    answers = [_answer_of(worker, heard) for worker, (heard, _) in zip(workers, pipes, strict=True)]
    raised = [answer for answer in answers if isinstance(answer, Exception)]
    if raised:
        raise AssertionError(f"{len(raised)} of {len(shares)} workers failed: {raised}") from raised[0]
    return answers


def gate(parties: int) -> Barrier:
    """What lets so many processes go on together, again and again."""
    return _fork.Barrier(parties)


def alone(tenant: TenantCtx, work: Callable[[], Any]) -> Any:
    """What `work` returns, done by one such process, which takes what it remembers with it."""
    return at_once(tenant, [Share(work)])[0]


def _answer_of(worker: Any, heard: Connection) -> Any:
    try:
        answer = heard.recv()
    except EOFError:
        answer = KILLED
    worker.join()
    if answer is KILLED and worker.exitcode != -signal.SIGKILL:
        return RuntimeError(f"a worker ended with {worker.exitcode} and said nothing")
    return answer


def _run(tenant: TenantCtx, share: Share, start: Barrier, answer: Connection) -> None:
    try:
        with in_tenant(tenant), without_kick():
            connection.ensure_connection()
            start.wait(START_WITHIN_S)
            die_before(share.dies_before)
            answer.send(share.work())
    except Exception as error:  # noqa: BLE001  # it is the answer, and the parent raises it
        answer.send(RuntimeError(repr(error)))
    finally:
        connection.close()
        answer.close()


def die_before(number: int) -> None:
    """From now on this process kills itself before its statement `number`, counted where all leave: psycopg."""
    execute, left = psycopg.Cursor.execute, number

    def counted(cursor: Any, *statement: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(cursor, *statement, **options)

    psycopg.Cursor.execute = counted  # type: ignore[method-assign]  # in this process alone
