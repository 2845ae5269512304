"""`manage.py import_candles FILES...`: candles of the user's own."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.commands import ProductCommand, decimal_said
from cryptouniverse.kernel.words import told
from tenants.provisioning.services import ensure_migrated
from trading.marketdata.services import choose_market, import_candles
from trading.marketdata.types import FileRefusal, Stored

_GAPS_SHOWN = 20


class Command(ProductCommand):
    help = _(
        "Import candles from Parquet and CSV files named EXCHANGE_BASE-QUOTE_TIMEFRAME, folders or globs of them; of "
        "contracts EXCHANGE_BASE-QUOTE_SETTLE-YYMMDD-STRIKE-C_TIMEFRAME, without what a future or a perpetual has not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="FILES")
        parser.add_argument("--tick", type=decimal_said, help=gettext("smallest price change, a power of ten"))
        parser.add_argument("--step", type=decimal_said, help=gettext("smallest size change, a power of ten"))
        parser.add_argument("--no-show", action="store_true", help=gettext("do not show these candles as the market"))

    def handle(self, *_args: Any, **options: Any) -> None:
        ensure_migrated()  # it may be the first command of all
        report = import_candles(paths=options["paths"], tick=options["tick"], step=options["step"], on_file=self._tell)
        self.stdout.write(
            gettext("%(rows)d candles from %(files)d files in %(seconds).2f s, %(rate)d a second.")
            % {"rows": report.rows, "files": len(report.stored), "seconds": report.seconds, "rate": report.rows_per_s}
        )
        if report.stored and not options["no_show"]:
            choose_market(online=False)
        if report.refused:
            raise CommandError(gettext("%d files were refused; nothing of them was taken.") % len(report.refused))
        if not report.stored:
            raise CommandError(gettext("There are no .parquet or .csv files there."))

    def _tell(self, file: str, result: Stored | FileRefusal) -> None:
        if isinstance(result, FileRefusal):
            self.stderr.write(gettext("REFUSED %(file)s, row %(row)d: %(reason)s") % vars_of(result))
            return
        self.stdout.write(
            gettext(
                "%(file)s: %(instrument)s %(timeframe)s, %(added)d added, %(changed)d changed, "
                "%(unchanged)d unchanged, %(gaps)d gaps, tick %(tick)s"
            )
            % {
                "file": file,
                "instrument": result.instrument_id,
                "timeframe": result.timeframe.value,
                "added": result.added,
                "changed": result.changed,
                "unchanged": result.unchanged,
                "gaps": len(result.gaps),
                "tick": format(result.tick, "f"),
            }
        )
        for start, end in result.gaps[:_GAPS_SHOWN]:
            line = gettext("  gap: nothing from %(start)s to %(end)s")
            self.stdout.write(line % {"start": f"{clock.from_ms(start):%F %R}", "end": f"{clock.from_ms(end):%F %R}"})
        if len(result.gaps) > _GAPS_SHOWN:
            self.stdout.write(gettext("  and %d more gaps") % (len(result.gaps) - _GAPS_SHOWN))


def vars_of(refusal: FileRefusal) -> dict[str, object]:
    """The refusal's fields, for a sentence."""
    return {"file": refusal.file, "row": refusal.row, "reason": told(refusal.reason, gettext)}
