"""`manage.py fetch_funding`: recent funding rates from an exchange."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from tenants.provisioning.services import ensure_migrated
from trading.exchanges.services import exchange_reader
from trading.marketdata.services import fetch_funding
from trading.marketdata.services.fetching import DAYS, VENUE, exchange_within_reach


class Command(ProductCommand):
    help = _("Fetch the funding rates of the last days, of the perpetuals of listed instruments, from an exchange.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbols", nargs="*", metavar="SYMBOL", help=gettext("without any, all that are listed"))
        parser.add_argument("--venue", default=VENUE)
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--public-url", default="", help=gettext("another address for the exchange's public API"))

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()  # it may be the first command of all
        reader = exchange_reader(venue=options["venue"], public_url=options["public_url"])
        if not exchange_within_reach(reader):
            line = gettext("%s cannot be reached from here. Import funding rates instead: import_funding FILES.")
            raise CommandError(line % reader.venue)
        results = fetch_funding(reader=reader, symbols=options["symbols"] or None, days=options["days"])
        for one in results:
            if not one.perpetual:
                line = gettext("%(instrument)s: the exchange has no perpetual of it in the same currency.")
                self.stdout.write(line % {"instrument": one.instrument_id})
                continue
            line = gettext("%(instrument)s: %(added)d added, %(unchanged)d unchanged, of %(perpetual)s")
            facts = {"added": one.added, "unchanged": one.unchanged, "perpetual": one.perpetual}
            self.stdout.write(line % {"instrument": one.instrument_id, **facts})
        if not results:
            raise CommandError(
                gettext("No instrument of %s is listed: fetch or import its candles first.") % reader.venue
            )
