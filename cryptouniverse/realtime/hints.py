"""Hints that wait for one socket, merged so that they stay few however slow the browser is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STREAMS_MAX = 32
EVERYTHING = "all"


@dataclass(slots=True)
class Waiting:
    """At most STREAMS_MAX merged hints, one a stream; beyond that, one that says "re-read everything"."""

    hints: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, hint: Mapping[str, Any]) -> None:
        """Merge `hint` into what waits. A sender that merged hints itself says from which sequence on ("first")."""
        stream, sequence, what = str(hint["stream"]), int(hint["sequence"]), [str(name) for name in hint["what"]]
        first = int(hint.get("first", sequence))
        earlier = self.hints.get(stream)
        if earlier is None and len(self.hints) >= STREAMS_MAX:
            self.hints = {"": {"stream": "", "first": 0, "sequence": 0, "what": [EVERYTHING]}}
            return
        if earlier is None:
            self.hints[stream] = {"stream": stream, "first": first, "sequence": sequence, "what": what}
            return
        if first > earlier["sequence"] + 1:  # something between them was lost: merging must not hide it
            what = [EVERYTHING]
        earlier["first"] = min(earlier["first"], first)
        earlier["sequence"] = max(earlier["sequence"], sequence)
        earlier["what"] = sorted({*earlier["what"], *what})

    def take(self) -> list[dict[str, Any]]:
        """All that waits; nothing waits after."""
        taken, self.hints = list(self.hints.values()), {}
        return taken
