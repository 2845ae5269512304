"""The sandbox's journal: facts, one compact JSON object a line, never changed, in HOME/journal.jsonl.

The facts of one action are written in one call and handed to the operating system before the reply leaves. The first
line of a group says how many there are; a group that is not whole (the process was killed while writing) is dropped.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

Fact = dict[str, Any]
NAME = "journal.jsonl"


class Journal:
    """The facts of one sandbox. `facts` reads those that were there when it was opened.

    Raises BlockingIOError where another process has the same journal.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / NAME
        self.last = 0
        self._starts: list[int] = []  # where each fact's line begins
        self._end = 0
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def facts(self) -> Iterator[Fact]:
        """Every whole group's facts, oldest first; what is torn at the end is cut off the file."""
        for group, starts, end in _groups(self.path.read_bytes()):
            yield from group
            self._starts += starts
            self._end, self.last = end, group[-1]["n"]
        os.ftruncate(self._file, self._end)

    def write(self, facts: list[Fact]) -> None:
        """Append the facts of one action and hand them to the operating system."""
        if not facts:
            return
        lines: list[bytes] = []
        for fact in facts:
            self.last += 1
            head = {"n": self.last, "lines": len(facts)} if not lines and len(facts) > 1 else {"n": self.last}
            lines.append(orjson.dumps(head | fact, option=orjson.OPT_APPEND_NEWLINE))
            self._starts.append(self._end)
            self._end += len(lines[-1])
        _write_all(self._file, b"".join(lines))

    def after(self, number: int, limit: int) -> list[Fact]:
        """Up to `limit` facts after the one with `number`."""
        if number >= len(self._starts):
            return []
        with self.path.open("rb") as file:
            file.seek(self._starts[number])
            return [orjson.loads(line) for line in islice(file, limit)]

    def clear(self) -> None:
        """Forget everything: begin anew with an empty file."""
        os.ftruncate(self._file, 0)
        self.last = self._end = 0
        self._starts.clear()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _groups(content: bytes) -> Iterator[tuple[list[Fact], list[int], int]]:
    """The whole groups in `content`: their facts, where each fact's line begins, and where the group ends."""
    group: list[Fact] = []
    starts: list[int] = []
    wanted = end = 0
    for line in content.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            return
        group.append(orjson.loads(line))
        starts.append(end)
        end += len(line)
        wanted = wanted or group[0].get("lines", 1)
        if len(group) == wanted:
            yield group, starts, end
            group, starts, wanted = [], [], 0


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
