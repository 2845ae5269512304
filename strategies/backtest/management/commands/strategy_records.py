"""`manage.py strategy_records`: what each strategy did in a rise, a fall and sideways, for the catalogue."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, day_said, timeframe_said
from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.recording import recorded
from strategies.backtest.selectors import instruments_named
from strategies.catalog.records import FILE, REGIMES


class Command(ProductCommand):
    help = _("Measure every strategy over stored candles of three regimes, and write what the catalogue tells of it.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--symbol", action="append", required=True, help=gettext("an instrument by id or symbol"))
        parser.add_argument("--timeframe", type=timeframe_said, default=Timeframe.H4, choices=list(Timeframe))
        days = gettext("its first day, and the one after its last")
        for name in REGIMES:
            parser.add_argument(f"--{name}", nargs=2, type=day_said, required=True, metavar="DAY", help=days)
        parser.add_argument("--out", default=str(FILE), help=gettext("the file that is written"))

    def handle(self, *_args: Any, **options: Any) -> None:
        file = Path(options["out"])
        if file.is_dir() or not file.parent.is_dir():
            raise CommandError(gettext("%s is no file that could be written.") % file)
        regimes = {name: (str(options[name][0]), str(options[name][1])) for name in REGIMES}
        found = recorded(instruments_named(options["symbol"]), options["timeframe"], regimes)
        file.write_text(json.dumps(found, indent=1) + "\n")
        told = gettext("%(count)s strategies in %(file)s.")
        self.stdout.write(told % {"count": len(found["strategies"]), "file": file})
