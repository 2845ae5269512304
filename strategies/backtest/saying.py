"""What a command line says, read: parameters as NAME=VALUE."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.management.base import CommandError
from django.utils.translation import gettext


def parameters_said(texts: Iterable[str]) -> dict[str, object]:
    """NAME=VALUE, each a whole number, a number or a word. Raises CommandError."""
    return dict(_parameter(text) for text in texts)


def _parameter(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(gettext("A parameter is said as NAME=VALUE, not %s.") % text)
    try:
        return name, int(value)
    except ValueError:
        try:
            return name, float(value)
        except ValueError:
            return name, value
