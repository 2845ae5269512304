"""What a process has asked for and need not ask again for some seconds."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED_S: Final = 5.0  # after which every process has seen a change that another one made
MOST: Final = 10_000


class Memory(Generic[K, V]):
    """Answers by key, each for REMEMBERED_S, of at most MOST keys. Threads may share it: the worst is asking twice."""

    def __init__(self) -> None:
        self._kept: dict[K, tuple[float, V]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """What is remembered of `key`, else what `ask` says now. What `ask` raises is not remembered."""
        if seen := self.seen(key):
            return seen[0]
        found = ask()
        self.put(key, found)
        return found

    def put(self, key: K, found: V) -> None:
        """Remember `found` for `key` from now on."""
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (monotonic() + REMEMBERED_S, found)

    def seen(self, key: K) -> tuple[V] | None:
        """What is remembered of `key`, in a tuple of its own; None where it has to be asked."""
        kept = self._kept.get(key)
        return (kept[1],) if kept and kept[0] > monotonic() else None

    def forget(self, **_: Any) -> None:
        """All of it; a receiver of signals, too."""
        self._kept.clear()
