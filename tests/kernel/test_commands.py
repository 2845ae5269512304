"""Who mistypes an argument of a command reads a sentence: argparse makes one of three errors, and of no other."""

from __future__ import annotations

from argparse import ArgumentTypeError

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from cryptouniverse.kernel.commands import ProductCommand

WRONG = ("much", "", "-1", "NaN", "Infinity", "1e400", "9" * 5_000, "2026-13-01", "7h", "\x00")


def commands():
    labels = {config.name for config in apps.get_app_configs()}
    found = {name: load_command_class(app, name) for name, app in get_commands().items() if app in labels}
    return {name: one for name, one in found.items() if isinstance(one, ProductCommand)}


@pytest.fixture(scope="module")
def typed():
    """(command, argument, what reads it) of every argument of our commands that is read by a function."""
    parsers = {name: one.create_parser("manage.py", name) for name, one in commands().items()}
    return [
        (name, action.dest, action.type)
        for name, parser in parsers.items()
        for action in parser._actions  # argparse has no other list of them
        if callable(action.type)
    ]


def test_every_argument_refuses_what_it_cannot_read_in_a_way_that_argparse_puts_into_words(typed):
    for name, argument, read in typed:
        for text in WRONG:
            try:
                read(text)
            except (ArgumentTypeError, TypeError, ValueError):
                continue
            except Exception as error:  # noqa: BLE001  # whichever it is, a person would read its traceback
                pytest.fail(f"{name}, {argument}: {text[:20]!r} ends in a traceback of {error!r}")
    assert {"backtest", "ladder", "import_candles", "market_status", "book_purchase"} <= {name for name, *_ in typed}
