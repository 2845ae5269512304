"""Hints that wait for sockets, merged so that they stay few however slow a browser is. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

STREAMS_MAX = 32
EVERYTHING = "all"


@dataclass(frozen=True, eq=False)
class Waiting:
    """At most STREAMS_MAX merged hints, one a stream; beyond that, one that says "re-read everything".

    It never changes: sockets that wait for the same share one, which is written as text once for all of them.
    """

    hints: Mapping[str, Mapping[str, Any]]

    def plus(self, hint: Mapping[str, Any]) -> Waiting:
        """With `hint` merged into it. A sender that merged hints itself says from which sequence on ("first")."""
        stream, sequence, what = str(hint["stream"]), int(hint["sequence"]), [str(name) for name in hint["what"]]
        first = int(hint.get("first", sequence))
        earlier = self.hints.get(stream)
        if earlier is None and len(self.hints) >= STREAMS_MAX:
            return Waiting({"": {"stream": "", "first": 0, "sequence": 0, "what": [EVERYTHING]}})
        if earlier is not None:
            if first > earlier["sequence"] + 1:  # something between them was lost: merging must not hide it
                what = [EVERYTHING]
            first, sequence = min(earlier["first"], first), max(earlier["sequence"], sequence)
            what = sorted({*earlier["what"], *what})
        return Waiting({**self.hints, stream: {"stream": stream, "first": first, "sequence": sequence, "what": what}})

    @cached_property
    def text(self) -> str:
        """The merged hints as a JSON list."""
        return json.dumps(list(self.hints.values()))


NOTHING = Waiting({})
