"""`manage.py lookahead STRATEGY`: does it use candles that have not closed yet?"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.commands import ProductCommand
from strategies.catalog.bias import look_ahead
from strategies.signals.examining import add_subject, subject_of


class Command(ProductCommand):
    help = _(
        "Say which positions of a strategy change once later candles are known, and by how much. Fails if any does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_subject(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        strategy, parameters, bars, beside = subject_of(options)
        found = look_ahead(strategy, bars, parameters, beside)
        line = gettext("%(strategy)s on %(instrument)s %(timeframe)s: %(candles)d candles, cut short %(cuts)d times.")
        self.stdout.write(
            line
            % {
                "strategy": strategy.name,
                "instrument": bars.instrument_id,
                "timeframe": bars.timeframe.value,
                "candles": len(bars),
                "cuts": found.cuts,
            }
        )
        for text, signals in (
            (gettext("entries that were not there yet: %(biased)d of %(checked)d"), found.entries),
            (gettext("exits that were not there yet: %(biased)d of %(checked)d"), found.exits),
        ):
            self.stdout.write("  " + text % {"biased": signals.biased, "checked": signals.checked})
        self.stdout.write("  " + gettext("candles whose position changed later: %d") % found.candles)
        if not found.deterministic:
            raise CommandError(gettext("The same candles gave two different answers."))
        if found.biased:
            line = gettext("It looks ahead: up to %(later)d candles later positions change, first that of %(first)s.")
            first = f"{clock.from_ms(found.first_ms):%Y-%m-%d %H:%M}"
            raise CommandError(line % {"later": found.later, "first": first})
        self.stdout.write(gettext("Nothing looks ahead."))
