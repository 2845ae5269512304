"""`manage.py fetch_candles`: recent candles from an exchange."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, timeframe_said
from cryptouniverse.kernel.market import Timeframe
from tenants.provisioning.services import ensure_migrated
from trading.exchanges.services import exchange_reader
from trading.marketdata.services import fetch_candles
from trading.marketdata.services.fetching import DAYS, SYMBOLS, VENUE, exchange_within_reach


class Command(ProductCommand):
    help = _(
        "Fetch the closed candles of the last days from an exchange's public API: of pairs, and of the contracts that "
        "are named, as BTC/USDT:USDT-261225."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbols", nargs="*", default=SYMBOLS, metavar="SYMBOL")
        parser.add_argument("--venue", default=VENUE)
        parser.add_argument("--timeframe", type=timeframe_said, default=Timeframe.H1, choices=list(Timeframe))
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--public-url", default="", help=gettext("another address for the exchange's public API"))

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()  # it may be the first command of all
        reader = exchange_reader(venue=options["venue"], public_url=options["public_url"])
        if not exchange_within_reach(reader):
            line = gettext("%s cannot be reached from here. Import candles instead: import_candles FILES.")
            raise CommandError(line % reader.venue)
        results = fetch_candles(
            reader=reader, symbols=options["symbols"], timeframe=options["timeframe"], days=options["days"]
        )
        for stored in results:
            line = gettext("%(instrument)s: %(added)d added, %(changed)d changed, %(gaps)d gaps")
            self.stdout.write(
                line
                % {
                    "instrument": stored.instrument_id,
                    "added": stored.added,
                    "changed": stored.changed,
                    "gaps": len(stored.gaps),
                }
            )
