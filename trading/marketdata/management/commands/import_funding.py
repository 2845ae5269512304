"""`manage.py import_funding FILES...`: funding rates of the user's own."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from cryptouniverse.kernel.words import told
from tenants.provisioning.services import ensure_migrated
from trading.marketdata.services import import_funding
from trading.marketdata.types import FileRefusal, StoredFunding


class Command(ProductCommand):
    help = _(
        "Import funding rates from Parquet and CSV files named EXCHANGE_BASE-QUOTE_funding, folders or globs of them: "
        "a column ts (UTC milliseconds or ISO 8601) and a column rate (0.0001 is 0.01 percent)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="FILES")
        parser.add_argument(
            "--replace", action="store_true", help=gettext("put these rates in the place of others that are stored")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()  # it may be the first command of all
        report = import_funding(paths=options["paths"], replace=options["replace"], on_file=self._tell)
        if report.refused:
            raise CommandError(gettext("%d files were refused; nothing of them was taken.") % len(report.refused))
        if not report.stored:
            raise CommandError(gettext("There are no .parquet or .csv files there."))

    def _tell(self, file: str, result: StoredFunding | FileRefusal) -> None:
        if isinstance(result, FileRefusal):
            line = gettext("REFUSED %(file)s, row %(row)d: %(reason)s")
            self.stderr.write(line % {"file": file, "row": result.row, "reason": told(result.reason, gettext)})
            return
        line = gettext("%(file)s: %(instrument)s, %(added)d added, %(changed)d changed, %(unchanged)d unchanged")
        facts = {"added": result.added, "changed": result.changed, "unchanged": result.unchanged}
        self.stdout.write(line % {"file": file, "instrument": result.instrument_id, **facts})
