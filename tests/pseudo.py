"""A language that nobody speaks: every message marked in our sources, in letters that English does not have.

Whatever a page still says in ASCII letters was not marked, or is not translated where it is shown.
"""

import ast
import re
import struct
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.pages import templates
from tests.architecture.sources import product
from tests.architecture.wording import MARKS

CODE = "qps"
_KEPT = re.compile(r"%\(\w+\)[#0-9.]*[a-z]|%[.0-9]*[a-z%]|<[^>]*>|&\w+;")
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(({_STRING})(?:,\s*({_STRING}))?(?:,\s*({_STRING}))?")
_WORD = re.compile(r"[A-Za-z]{2,}")
Message = tuple[str, str, str]  # context, singular, plural


def pseudo(text: str) -> str:
    """`text` in the language: full-width letters; places for facts, tags and entities stay."""
    pieces, last = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [_wide(text[last : kept.start()]), kept[0]]
        last = kept.end()
    return "".join([*pieces, _wide(text[last:])])


def write_catalogue(folder: Path) -> None:
    """`folder` as a LOCALE_PATHS entry that holds the language."""
    where = folder / CODE / "LC_MESSAGES"
    where.mkdir(parents=True)
    (where / "django.mo").write_bytes(_catalogue())


@cache
def _catalogue() -> bytes:
    entries = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"}
    for context, singular, plural in {*_of_python(), *_of_templates()}:
        key = f"{context}\x04{singular}" if context else singular
        if plural:
            entries[f"{key}\x00{plural}"] = f"{pseudo(singular)}\x00{pseudo(plural)}"
        else:
            entries.setdefault(key, pseudo(singular))
    return _compiled(entries)


def english_in(html: str) -> set[str]:
    """The words in ASCII letters that a reader of the page meets, spoken attributes included."""
    html = re.sub(r"<(script|style|code)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    said = re.findall(r'\s(?:title|aria-label|placeholder|alt)="([^"]*)"', html)
    return set(_WORD.findall(unescape(" ".join([re.sub(r"<[^>]*>", " ", html), *said]))))


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalpha() else sign for sign in text)


def _of_python() -> Iterator[Message]:
    for source in product():
        for node in source.nodes:
            if isinstance(node, ast.Call):
                yield from _message(getattr(node.func, "id", getattr(node.func, "attr", "")), _texts(node))


def _texts(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _of_templates() -> Iterator[Message]:
    for file in templates():
        for match in _CALL.finditer(templatize(file.read_text())):
            yield from _message(match[1], [ast.literal_eval(text) for text in match.groups()[1:] if text])


def _message(mark: str, texts: list[str]) -> Iterator[Message]:
    if mark in MARKS and texts:
        context = texts.pop(0) if "p" in mark.partition("gettext")[0] else ""
        plural = texts[1] if mark.startswith("n") and len(texts) > 1 else ""
        yield context, texts[0], plural


def _compiled(entries: dict[str, str]) -> bytes:
    """A catalogue in GNU's binary form."""
    pairs = [
        (key.encode(), value.encode()) for key, value in sorted(entries.items(), key=lambda pair: pair[0].encode())
    ]
    count, table = len(pairs), 28
    place, body, tables = table + 16 * count, b"", ([], [])
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(struct.pack("<II", len(pair[side]), place + len(body)))
            body += pair[side] + b"\x00"
    head = struct.pack("<7I", 0x950412DE, 0, count, table, table + 8 * count, 0, 0)
    return head + b"".join([*tables[0], *tables[1]]) + body
