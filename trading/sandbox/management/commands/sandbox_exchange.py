"""`manage.py sandbox_exchange`: an exchange of our own that speaks Binance's spot protocol."""

from argparse import Namespace
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel.commands import ProductCommand
from trading.sandbox.program import add_arguments, run


class Command(ProductCommand):
    help = _("Serve a sandbox exchange that speaks Binance's spot protocol, until it is stopped.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser, gettext)

    def handle(self, *_args: Any, **options: Any) -> None:
        run(Namespace(**options))
