"""Texts for people, where Django is not: marked for translation here, translated by the face that shows them.

What is recorded is in nobody's language: a marked message and the facts that stand in it, kept as one text by `said`
and put into the reader's language by `told`. Numbers and names need no marking and are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]


class Kept(str):
    """A text as `said` keeps it: where it stands among the facts of another one, it is told along with it."""

    __slots__ = ()


def gettext_noop(text: str) -> str:
    """`text` as it is; `makemessages` finds it by this name."""
    return text


def said(message: str, /, **facts: object) -> Kept:
    """A marked `message` and its facts ("%(held)s held", held="10.50") as one text: the message, then a line a fact."""
    lines = (f"{name}={' '.join(str(fact).split())}" for name, fact in facts.items())
    return Kept("\n".join((message, *lines)))


def told(kept: str, translate: Translate = gettext_noop) -> str:
    """What `said` kept, as a sentence: in English, or in the language of `translate`; a plain marked text too."""
    message, *lines = kept.split("\n")
    return spoken(message, dict(line.split("=", 1) for line in lines if "=" in line), translate)


def spoken(message: str, facts: Mapping[str, object], translate: Translate = gettext_noop) -> str:
    """`message` in the language of `translate`, with `facts` in it.

    A text that does not fit its facts stays as it is: saying that something failed must not fail itself.
    """
    sentence = translate(message) if message else ""
    if not facts:
        return sentence
    try:
        return sentence % {
            name: told(fact, translate) if isinstance(fact, Kept) else fact for name, fact in facts.items()
        }
    except (KeyError, TypeError, ValueError):
        return sentence
