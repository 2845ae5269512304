"""What every command of `manage.py` keeps: help in the reader's language, one sentence where something is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils.translation import gettext

from cryptouniverse.kernel.errors import CryptoUniverseError

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
