"""What templates must not contain: words that nobody can translate, styles and scripts inside the page."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.architecture.sources import APPS, ROOT

# Names, not words: the same in every language. The platform's own is not among them: a page shows the tenant's.
NAMES = {"USDT", "USD", "UTC"}
UNSPOKEN = {"script", "style", "code"}
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label", "hx-confirm"}
_TRANSLATED = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?{%-?\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
_COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%\s*block \w*class\b.*?{%\s*endblock", re.DOTALL)
_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")


class _Page(HTMLParser):
    """Walks one template, from which the template language has been taken out."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.breaches: list[str] = []
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = tag if tag in UNSPOKEN else ""
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self._say(f"<{tag}> inside the page")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside and (words := _spoken(data)):
            self._say(f"'{words}' is not translated")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style" or name.startswith("on"):
            self._say(f"{name}= inside the page")
        if name in SPOKEN and tag != "meta" and (words := _spoken(value)):
            self._say(f'{name}="{words}" is not translated')

    def _say(self, what: str) -> None:
        self.breaches.append(f"{self.getpos()[0]} {what}")


def breaches_of(template: str) -> list[str]:
    """Line and sentence of each breach in the template's text."""
    for pattern in (_COMMENT, _TRANSLATED, _TAG):
        template = pattern.sub(lambda match: "\n" * match[0].count("\n"), template)
    return _Page(template).breaches


def templates() -> Iterator[Path]:
    """Every template of ours."""
    for folder in ("templates", *APPS):
        yield from sorted((ROOT / folder).rglob("templates/**/*.html" if folder != "templates" else "*.html"))


def _spoken(text: str) -> str:
    words = [word for word in _WORD.findall(text) if word not in NAMES]
    return " ".join(text.split())[:60] if words else ""
