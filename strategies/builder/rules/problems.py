"""What is wrong with a document, and where in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from cryptouniverse.kernel.words import Kept, said, told
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.errors import BadRules

SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """path: a JSON pointer (RFC 6901), "" for the whole. said: a sentence. nearest: a value that would do, if there is
    one to name.
    """

    path: str
    said: Kept
    nearest: str | int | float | None = None


def problem(path: str, message: str, /, nearest: str | float | None = None, **facts: object) -> Problem:
    """A problem of a marked message and its facts."""
    return Problem(path, said(message, **facts), nearest)


def pointer(parts: Iterable[object], begin: str = "") -> str:
    """The JSON pointer below `begin`."""
    return begin + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that is most like `word`, if any is."""
    found = get_close_matches(word[:60], list(words), n=1, cutoff=0.5)
    return found[0] if found else None


def refusal(problems: Sequence[Problem]) -> BadRules:
    """The first problem as an error, and SHOWN_MAX of them in its facts."""
    first, shown = problems[0], problems[:SHOWN_MAX]
    error = BadRules(
        _("At %(path)s: %(reason)s"),
        path=first.path or "/",
        reason=first.said,
        problems=[{"path": each.path, "detail": told(each.said), "nearest": each.nearest} for each in shown],
    )
    error.found = tuple(shown)
    return error
