"""What every command of `manage.py` keeps: help in the reader's language, one sentence where something is missing.

The functions `..._said` are the `type` of an argument. They raise ArgumentTypeError, of which argparse makes a
sentence; it lets others pass, a CommandError too, and a person then reads a traceback.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils.translation import gettext

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.market import Timeframe

_NO_SUCH_TABLE = "42P01"


class ProductCommand(BaseCommand):
    """A command of ours. A refusal of the product, or a database without tables, is said in one sentence."""

    help: Any = ""  # text, or text that is translated when it is shown

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's, with `help` (marked by `gettext_noop`) in the language of now."""
        self.help = gettext(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run it. Raises CommandError for what a person can act on."""
        try:
            return super().execute(*args, **options)
        except CryptoUniverseError as error:
            raise CommandError(error.sentence(gettext)) from error
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", None) != _NO_SUCH_TABLE:
                raise
            raise CommandError(
                gettext("The database has no tables yet: `./cu run` makes them, or `./cu manage bootstrap` alone.")
            ) from error


def decimal_said(text: str) -> Decimal:
    """An exact, finite number. Raises ArgumentTypeError."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ArgumentTypeError(gettext("%s is not a number.") % text)
    return number


def count_said(text: str) -> int:
    """A whole number from 0 on. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(gettext("%s is not a whole number from 0 on.") % text)
    return int(text)


def day_said(text: str) -> date:
    """A day. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(gettext("A day is said as 2024-01-31, not %s.") % text) from None


def timeframe_said(text: str) -> Timeframe:
    """A timeframe. Raises ArgumentTypeError, with those that there are."""
    try:
        return Timeframe(text)
    except ValueError:
        facts = {"said": text, "known": ", ".join(one.value for one in Timeframe)}
        raise ArgumentTypeError(gettext("%(said)s is no timeframe; there are %(known)s.") % facts) from None
