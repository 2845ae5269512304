"""Running a crash test: for each semantics a driver that starts session after session and counts how they ended."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection

from cryptouniverse.kernel.context import TenantCtx
from trading.exchanges.services import preload
from trading.execution.crash.plan import Kill
from trading.execution.crash.session import Protocol, play, unkilled
from trading.execution.crash.stage import Account, CrashStage

TRIES_MAX = 8  # of one kill whose point was not reached
SESSION_WITHIN_S = 150  # more than any session is given to come to rest; then it says where it stands, and is aborted
_fork = multiprocessing.get_context("fork")


def run_kills(
    stage: CrashStage, tenant: TenantCtx, plan: dict[str, list[Kill]], *, wrong: Protocol | None = None
) -> Counter[tuple[str, str]]:
    """Carry out `plan`, every semantics beside the others, then let each account come to rest; kills per pair.

    Sessions are forked from this process, which has everything loaded and nothing open. Raises RuntimeError when a
    session ends otherwise than killed or well.
    """
    preload(venue="binance")
    connection.close()  # nothing is inherited: every process opens its own
    gc.freeze()  # no session looks through what is loaded, which would copy all of it into each
    pipes = {semantics: _fork.Pipe(duplex=False) for semantics in plan}
    drivers = []
    for semantics, kills in plan.items():
        said = pipes[semantics][1]
        driver = _fork.Process(target=_drive, args=(stage, tenant, stage.accounts[semantics], kills, wrong, said))
        driver.start()
        said.close()
        drivers.append(driver)
    counted: Counter[tuple[str, str]] = Counter()
    failures = []
    for semantics, (heard, _) in pipes.items():
        answer = _hear(heard)
        if isinstance(answer, str):
            failures.append(f"{semantics}: {answer}")
        else:
            counted.update({(semantics, point): count for point, count in answer.items()})
    for driver in drivers:
        driver.join()
    if failures:
        raise RuntimeError("; ".join(failures))
    return counted


def _hear(heard: Connection) -> Counter[str] | str:
    try:
        answer: Counter[str] | str = heard.recv()
    except EOFError:
        return "a driver ended and said nothing"
    return answer


def _drive(
    stage: CrashStage,
    tenant: TenantCtx,
    account: Account,
    kills: Sequence[Kill],
    wrong: Protocol | None,
    said: Connection,
) -> None:
    counted: Counter[str] = Counter()
    answer: Counter[str] | str = counted
    for kill in kills:
        if not _killed(stage, tenant, account, kill, wrong):
            continue
        counted[kill.point] += 1
    code = _session(stage, tenant, account, None, wrong)
    if code:
        answer = f"the last session ended with {code}"
    said.send(answer)
    said.close()


def _killed(stage: CrashStage, tenant: TenantCtx, account: Account, kill: Kill, wrong: Protocol | None) -> bool:
    """Whether a session died where it should, within some tries."""
    for _ in range(1 if wrong else TRIES_MAX):  # a wrong protocol's doubles stop entries: then no point is reached
        if _session(stage, tenant, account, kill, wrong) == -signal.SIGKILL:
            return True
        kill = unkilled(kill)
    return False


def _session(stage: CrashStage, tenant: TenantCtx, account: Account, kill: Kill | None, wrong: Protocol | None) -> int:
    process: Any = _fork.Process(target=_play, args=(stage, tenant, account, kill, wrong))
    process.start()
    process.join(SESSION_WITHIN_S)
    if process.is_alive():
        os.kill(process.pid, signal.SIGABRT)
        process.join()
        raise RuntimeError(f"a session of {account.semantics} did not end within {SESSION_WITHIN_S} s")
    return int(process.exitcode)


def _play(stage: CrashStage, tenant: TenantCtx, account: Account, kill: Kill | None, wrong: Protocol | None) -> None:
    faulthandler.enable()
    try:
        play(stage, tenant, account, kill=kill, wrong=wrong)
    finally:
        connection.close()
    os._exit(0)
