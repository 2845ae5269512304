"""Faults on demand: which request or stream message goes wrong, and how. Seeded, so that a run repeats itself."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

PPM: Final = 1_000_000
# What may happen to a request, in the order in which it happens.
BEFORE: Final = ("status", "delay_before_ms", "5xx_before", "html_instead_of_json", "hang")
AFTER: Final = (
    "delay_after_ms",
    "accept_then_drop_reply",
    "5xx_after_accept",
    "html_after_accept",
    "hang_after_accept",
)
STREAM: Final = ("stream_duplicate", "stream_out_of_order", "stream_drop", "stream_break")
KINDS: Final = (*BEFORE, *AFTER, *STREAM)
_KNOWN: Final = {
    "kind",
    "method",
    "path",
    "probability",
    "count",
    "ms",
    "max_ms",
    "status",
    "retry_after_s",
}


@dataclass(slots=True)
class Fault:
    """One fault. ppm: how likely for each request it fits; left: how often it may still happen, None for ever.

    method, path: which requests it fits ("" is any; a path fits by its beginning). ms, max_ms: how long a delay is.
    """

    kind: str
    method: str = ""
    path: str = ""
    ppm: int = PPM
    left: int | None = None
    ms: int = 0
    max_ms: int = 0
    status: int = 0
    retry_after_s: int = 1

    @classmethod
    def parsed(cls, raw: Mapping[str, Any]) -> Fault:
        """A fault from JSON. Raises ValueError. Without count or probability it happens once."""
        if unknown := set(raw) - _KNOWN:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        kind = str(raw.get("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}; not {kind!r}")
        ppm = int(Decimal(str(raw.get("probability", 1))) * PPM)
        if not 0 <= ppm <= PPM:
            raise ValueError("probability is 0 to 1")
        count = raw.get("count", None if "probability" in raw else 1)
        ms = int(raw.get("ms", 0))
        return cls(
            kind=kind,
            method=str(raw.get("method", "")),
            path=str(raw.get("path", "")),
            ppm=ppm,
            left=None if count is None else int(count),
            ms=ms,
            max_ms=int(raw.get("max_ms", ms)),
            status=int(raw.get("status", 0)),
            retry_after_s=int(raw.get("retry_after_s", 1)),
        )


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that happens now. ms: of a delay, drawn."""

    kind: str
    index: int
    scope: str
    ms: int
    status: int
    retry_after_s: int


class Faults:
    """The faults that are set: of the whole exchange (scope "") and of single accounts (scope: its key)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sets: dict[str, list[Fault]] = {}
        self._chances: dict[str, random.Random] = {}

    def replace(self, scope: str, raw: list[Mapping[str, Any]], seed: int | None = None) -> None:
        """Set the faults of a scope, in place of those it had. Raises ValueError, and then nothing has changed."""
        faults = [Fault.parsed(each) for each in raw]
        self._chances[scope] = random.Random(f"{self._seed if seed is None else seed}:{scope}")  # noqa: S311 - no secret
        if faults:
            self._sets[scope] = faults
        else:
            self._sets.pop(scope, None)

    def used(self, scope: str, index: int) -> None:
        """One of a fault's times is gone: it was noted before a restart."""
        fault = self._sets[scope][index]
        if fault.left:
            fault.left -= 1

    def strike(self, kinds: tuple[str, ...], account: str, method: str = "", path: str = "") -> dict[str, Struck]:
        """Which of `kinds` happen to this request or message, at most one of each kind; they are counted."""
        struck: dict[str, Struck] = {}
        for scope in (account, "") if account else ("",):
            for index, fault in enumerate(self._sets.get(scope, ())):
                if fault.kind in kinds and fault.kind not in struck and self._hits(scope, fault, method, path):
                    ms = self._chances[scope].randint(fault.ms, max(fault.ms, fault.max_ms))
                    struck[fault.kind] = Struck(fault.kind, index, scope, ms, fault.status, fault.retry_after_s)
        return struck

    def _hits(self, scope: str, fault: Fault, method: str, path: str) -> bool:
        if fault.left == 0 or fault.method not in {"", method} or not path.startswith(fault.path):
            return False
        if fault.ppm < PPM and self._chances[scope].randrange(PPM) >= fault.ppm:
            return False
        if fault.left:
            fault.left -= 1
        return True

    def __bool__(self) -> bool:
        return bool(self._sets)
