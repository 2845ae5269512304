"""Every error the product can answer with, found by itself: the page `docs/errors.md` and the problem pages read it."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from cryptouniverse.kernel.errors import registered_errors

PACKAGES: Final = (
    "cryptouniverse",
    "accounts",
    "tenants",
    "credits",
    "trading",
    "strategies",
    "marketplace",
    "aiengine",
    "telegrambot",
)
_HEAD: Final = """# Errors

Every error has a stable `code`; over the API it is the last part of a problem's `type` (`/problems/<code>`, RFC 9457).
This page is written by `./cu manage document_errors`; a test compares.

| code | status | title | meaning |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error: its code, HTTP status, title and meaning (the first lines of its docstring)."""

    code: str
    status: int
    title: str
    meaning: str


@cache
def error_entries() -> tuple[ErrorEntry, ...]:
    """All of them, by code. Imports every `errors.py`, so that none is missed."""
    for module in _modules():
        import_module(module)
    found = registered_errors()
    return tuple(
        _entry(code, found[code]) for code in sorted(found) if found[code].__module__.split(".")[0] in PACKAGES
    )


def errors_page() -> str:
    """The text of `docs/errors.md`."""
    rows = (f"| `{e.code}` | {e.status} | {_cell(e.title)} | {_cell(e.meaning)} |" for e in error_entries())
    return _HEAD + "\n".join(rows) + "\n"


def _entry(code: str, error: type) -> ErrorEntry:
    meaning = (inspect.getdoc(error) or "").partition("\n\n")[0].replace("\n", " ")
    return ErrorEntry(code=code, status=error.status, title=str(error.title), meaning=meaning)  # type: ignore[attr-defined]  # registered


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _modules() -> Iterator[str]:
    for package in PACKAGES:
        found = pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
        yield from (module.name for module in found if module.name.endswith(".errors"))
