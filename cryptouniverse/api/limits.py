"""How many calls are let in: sliding windows, exact, in one Redis call; a local count for when Redis is away.

A window is a log of the calls that were admitted in the last `span_s` seconds. A call passes if each window that it
belongs to has room, and is written into all of them then; one that is refused is written into none. Beside them stands
what a whole tenant may call in a day, a plain count. An address that
earns too many refusals (401, 403, 429) is held short for a window: half of every limit.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.daily import key_of_day, left_of_day

_SCRIPT: Final = Path(__file__).with_suffix(".lua").read_text()
_TIMEOUT_S: Final = 0.25
_REST_S: Final = 1.0  # how long a Redis that failed is not asked again: nobody waits for it twice
_LOCAL_KEYS_MAX: Final = 20_000
_FAULT_MEMORY_SHARE: Final = 3  # faults are remembered for a third of a window


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` calls in any `span_s` seconds. name: who or what is counted; the tenant goes before it."""

    name: str
    limit: int
    span_s: int


@dataclass(frozen=True, slots=True)
class Count:
    """What became of a call. The figures are those of the window with the least room.

    reset_s: until the next place is free, whole seconds, at least 1. short: the address is held short. of_day: it is
    the whole tenant's day that has the least room.
    """

    admitted: bool
    limit: int
    remaining: int
    reset_s: int
    short: bool = False
    of_day: bool = False


class CountingFailedError(Exception):
    """Redis did not count: it is away, or was a moment ago."""


def count(
    *,
    tenant: object,
    address: str,
    windows: Sequence[Window],
    faults: int = 0,
    a_day: int | None = None,
    now: datetime | None = None,
) -> Count:
    """Count one call in all `windows`, or in none. One round trip. Raises CountingFailedError.

    address: as `subscriber_of` says it. faults: refusals it earned since the last call. a_day: how many calls the whole
    tenant may make in a day of UTC; None: this one does not count there. now: the Redis server's clock unless given.
    """
    if time.monotonic() < _rest["until"]:
        raise CountingFailedError
    home = f"t:{tenant}:limits"
    today = now or clock.now()
    keys = [f"{home}:faults:{address}", f"{home}:short:{address}", key_of_day(tenant, today)]
    keys += [f"{home}:{window.name}" for window in windows]
    remembered_ms = 1000 * settings.CU.cu_limit_window_s // _FAULT_MEMORY_SHARE
    held_ms = 1000 * settings.CU.cu_limit_window_s
    now_ms = clock.to_ms(now) if now else 0
    arguments: list[int] = [now_ms, faults, settings.CU.cu_limit_faults, remembered_ms, held_ms]
    arguments += [-1 if a_day is None else a_day, left_of_day(today) // timedelta(milliseconds=1)]
    for window in windows:
        arguments += [window.limit, 1000 * window.span_s]
    try:
        answer = _script(settings.REDIS_URL)(keys=keys, args=arguments)
    except (RedisError, OSError) as error:
        _rest["until"] = time.monotonic() + _REST_S
        raise CountingFailedError from error
    figures = [tuple(answer[n : n + 3]) for n in range(2, len(answer), 3)]
    return _tightest(bool(answer[0]), bool(answer[1]), figures, of_day=figures[0] if a_day is not None else None)


def count_locally(*, tenant: object, windows: Sequence[Window]) -> Count:
    """The same in this process alone, for as long as Redis is away."""
    now_ms = clock.to_ms(clock.now())
    with _lock:
        logs = [(_log_of(f"{tenant}:{window.name}"), window) for window in windows]
        figures, admitted = [], True
        for log, window in logs:
            while log and log[0] <= now_ms - 1000 * window.span_s:
                log.popleft()
            admitted = admitted and len(log) < window.limit
        for log, window in logs:
            if admitted:
                log.append(now_ms)
            free_at = log[max(len(log) - window.limit, 0)] if log else now_ms
            figures.append((window.limit, len(log), free_at + 1000 * window.span_s - now_ms))
    return _tightest(admitted, False, figures)


def forget_counts() -> None:
    """Drop what this process counted by itself, and ask Redis again at once; for tests."""
    _logs.clear()
    _rest["until"] = 0.0


_logs: OrderedDict[str, deque[int]] = OrderedDict()
_lock = threading.Lock()
_rest = {"until": 0.0}


def _log_of(name: str) -> deque[int]:
    log = _logs.setdefault(name, deque())
    _logs.move_to_end(name)
    if len(_logs) > _LOCAL_KEYS_MAX:
        _logs.popitem(last=False)
    return log


def _tightest(
    admitted: bool, short: bool, figures: Sequence[tuple[int, ...]], *, of_day: tuple[int, ...] | None = None
) -> Count:
    """The window that matters to the caller: with the least room, and of those the one that takes longest."""
    tightest = min(figures, key=lambda one: (one[0] - one[1], -one[2]))
    limit, used, wait_ms = tightest
    return Count(admitted, limit, max(limit - used, 0), max(-(-wait_ms // 1000), 1), short, tightest is of_day)


@cache
def _script(url: str) -> Any:
    """The script on its server; sent whole once, called by its digest after. A client is made once a process."""
    client = Redis.from_url(
        url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry_on_timeout=False, retry=None
    )
    return client.register_script(_SCRIPT)
