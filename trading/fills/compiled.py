"""The scalar rules for compiled loops: the very functions of rules.py, triggers.py and lots.py, told to the compiler.

A loop that names them is compiled with them, errors included, so that compiled and plain code cannot differ. Nobody
imports this before a loop is needed: numba takes half a second.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numba
from numba.extending import register_jitable

from trading.fills import lots, rules, triggers, types

SOURCES: Final = (rules, triggers, lots, types)
_SCALARS: Final = (
    rules.slipped,
    rules.notional_minor,
    rules.fee_minor,
    rules.limit_in_bar,
    rules.protected,
    rules._reached,
    rules._part_up,
    rules._product,
    triggers.reached,
    triggers.touched,
    triggers.passed,
    triggers.breaks,
    triggers.better_of,
    triggers.trailed,
    triggers.moved,
    triggers.break_even,
    triggers.share_up,
    lots.share_of,
    lots._long_share,
    lots._plus,
)
_SETTINGS: Any = numba.config
_PROJECT: Final = Path(__file__).resolve().parents[2]

for _scalar in _SCALARS:
    register_jitable(_scalar)


def compiled(
    loop: Callable[..., Any], signature: Any, *, parts: Iterable[Callable[..., Any]], sources: Iterable[ModuleType]
) -> Any:
    """`loop` as machine code for this one signature; it lets other threads run.

    parts: functions of ours that it calls beside the rules. What was compiled is kept on disk under the hash of
    `sources`, the modules of loop and parts, and of the rules: numba itself looks at the loop's own file alone, and
    would go on with an older rule.
    """
    for part in parts:
        register_jitable(part)
    usual = _SETTINGS.CACHE_DIR
    folder = kept_in(sources, usual)
    if folder is None:
        return numba.njit([signature], nogil=True)(loop)
    _SETTINGS.CACHE_DIR = str(folder)
    try:
        with alone(folder):
            return numba.njit([signature], cache=True, nogil=True)(loop)
    finally:
        _SETTINGS.CACHE_DIR = usual


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: those that wait find what the first one has compiled."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kept_in(sources: Iterable[ModuleType], usual: str) -> Path | None:
    """Where to keep it: below NUMBA_CACHE_DIR, else in the state folder; None where neither can be written."""
    texts = (Path(str(source.__file__)).read_bytes() for source in (*SOURCES, *sources))
    name = hashlib.sha256(b"".join(hashlib.sha256(text).digest() for text in texts)).hexdigest()[:16]
    home = Path(usual) if usual else Path(os.environ.get("CU_HOME") or _PROJECT / ".cu") / "compiled"
    try:
        (home / name).mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return home / name if os.access(home / name, os.W_OK) else None
