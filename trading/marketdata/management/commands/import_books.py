"""`manage.py import_books FILES...`: order books of the user's own."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.words import told
from tenants.provisioning.services import ensure_migrated
from trading.marketdata.services import import_books
from trading.marketdata.types import BooksStored, FileRefusal


class Command(ProductCommand):
    help = _(
        "Import order books from Parquet and CSV files named EXCHANGE_BASE-QUOTE_books: a row a moment, with ts, "
        "bid_1, bid_size_1, ask_1, ask_size_1 and so on to 5. Contracts are named as for import_candles."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="FILES")

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()
        results = import_books(paths=options["paths"], on_file=self._tell)
        if not results:
            raise CommandError(gettext("There are no .parquet or .csv files there."))
        if refused := sum(isinstance(result, FileRefusal) for result in results):
            raise CommandError(gettext("%d files were refused; nothing of them was taken.") % refused)

    def _tell(self, file: str, result: BooksStored | FileRefusal) -> None:
        if isinstance(result, FileRefusal):
            line = gettext("REFUSED %(file)s, row %(row)d: %(reason)s")
            facts = {"file": file, "row": result.row, "reason": told(result.reason, gettext)}
            self.stderr.write(line % facts)
            return
        line = gettext("%(file)s: %(instrument)s, %(added)d books added, %(known)d known, %(differing)d left out")
        facts = {"file": file, "instrument": result.instrument_id, "added": result.added}
        self.stdout.write(line % {**facts, "known": result.known, "differing": result.differing})
