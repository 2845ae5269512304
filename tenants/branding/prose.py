"""Legal texts as pages: headings, lists, bold words and links of a small markdown. Everything else is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_LINK: Final = re.compile(r"\[([^\]\n]{1,200})\]\((https://[^\s()<>&\"']{1,500}|mailto:[^\s()<>&\"']{1,200})\)")
_ITEM: Final = re.compile(r"[-*] +(.*)")
_HEADING: Final = re.compile(r"(#{1,3}) +(.*)")


def prose(text: str) -> SafeString:
    """`text` as HTML. It is escaped first: no tag, attribute or script of the author's reaches the page."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return mark_safe("\n".join(part for block in blocks for part in _block(block)))  # noqa: S308  # escaped piece by piece


def _block(block: str) -> Iterator[str]:
    lines = block.split("\n")
    while lines:
        if heading := _HEADING.fullmatch(lines[0].strip()):
            level = len(heading[1]) + 1
            yield f"<h{level}>{_words(heading[2])}</h{level}>"
            lines.pop(0)
        elif _ITEM.fullmatch(lines[0].strip()):
            items = []
            while lines and (item := _ITEM.fullmatch(lines[0].strip())):
                items.append(f"<li>{_words(item[1])}</li>")
                lines.pop(0)
            yield f"<ul>{''.join(items)}</ul>"
        else:
            said = []
            while lines and not (_HEADING.fullmatch(lines[0].strip()) or _ITEM.fullmatch(lines[0].strip())):
                said.append(_words(lines.pop(0).strip()))
            yield f"<p>{'<br>'.join(said)}</p>"


def _words(line: str) -> str:
    pieces, end = [], 0
    for link in _LINK.finditer(line):
        pieces.append(_bold(line[end : link.start()]))
        pieces.append(format_html('<a href="{}" rel="noopener nofollow">{}</a>', link[2], link[1]))
        end = link.end()
    return "".join([*pieces, _bold(line[end:])])


def _bold(text: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", escape(text))
