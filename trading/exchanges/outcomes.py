"""What a venue's answer to a call means. Pure: a reply's status and code in, a verdict out.

Unknown is not rejected: only a code on the venue's own list of refusals says that there is no such order. A duplicate
id, a time-out, a 5xx, a page of HTML, a rate limit after sending say nothing about it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptouniverse.kernel.words import gettext_noop as _

_WORDS_MAX = 200
ANY = ""
NOT_LISTED = _("The exchange does not list this pair.")
BAD_KEY = _(
    "The exchange does not accept this API key. See there whether it still exists, may trade, and lists our address; "
    "then enter it anew."
)


@dataclass(slots=True)
class Reply:
    """A venue's answer as it came: HTTP status (0: none came), the venue's code and words, and the headers."""

    status: int = 0
    code: str = ""
    words: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None


@dataclass(frozen=True, slots=True)
class Answers:
    """A venue's lists. Each maps a code to words that the message begins with ("" for any), and these to a sentence.

    refusals: there is no such order, for good. key_refused: the key may not. not_there: a look-up's "no such order".
    not_open: a cancel's "no such open order". A code counts only with its status in `statuses`.
    """

    refusals: Mapping[str, Mapping[str, str]]
    key_refused: Mapping[str, Mapping[str, str]]
    not_there: Mapping[str, Mapping[str, str]]
    not_open: Mapping[str, Mapping[str, str]]
    clock_off: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset({400, 401})


class Meaning(enum.Enum):
    """What a failed call comes to."""

    REFUSED = "refused"
    KEY_REFUSED = "key_refused"
    NOT_THERE = "not_there"
    NOT_OPEN = "not_open"
    UNKNOWN = "unknown"


class Stage(enum.StrEnum):
    """What was asked of the venue."""

    PLACE = "place"
    CANCEL = "cancel"
    FIND = "find"
    READ = "read"


def meaning_of(stage: Stage, reply: Reply, answers: Answers) -> tuple[Meaning, str]:
    """What `reply` means at `stage`, and the sentence for people that goes with it ("" with UNKNOWN)."""
    if reply.status not in answers.statuses:
        return Meaning.UNKNOWN, ""
    if sentence := _listed(answers.key_refused, reply):
        return Meaning.KEY_REFUSED, sentence
    lists = {
        Stage.PLACE: (Meaning.REFUSED, answers.refusals),
        Stage.CANCEL: (Meaning.NOT_OPEN, answers.not_open),
        Stage.FIND: (Meaning.NOT_THERE, answers.not_there),
    }
    if stage in lists:
        meaning, listed = lists[stage]
        if sentence := _listed(listed, reply):
            return meaning, sentence
    return Meaning.UNKNOWN, ""


def reason_of(error: BaseException, reply: Reply) -> str:
    """What went wrong: the kind of error, the status, the venue's code and words. ccxt's own text holds signed URLs."""
    parts = [type(error).__name__]
    if reply.status:
        parts.append(f"HTTP {reply.status}")
    if reply.code:
        parts.append(f"{reply.code} {reply.words}".strip())
    return ", ".join(parts)[:_WORDS_MAX]


def _listed(listed: Mapping[str, Mapping[str, str]], reply: Reply) -> str:
    for words, sentence in listed.get(reply.code, {}).items():
        if reply.words.startswith(words):
            return sentence
    return ""
