"""`manage.py recursion STRATEGY`: does its answer depend on where the history begins?"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand
from strategies.catalog.bias import LOADED, recursion
from strategies.signals.examining import add_subject, subject_of


class Command(ProductCommand):
    help = _(
        "Say how many positions of a strategy differ when less history comes before them. Fails if a bot would differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_subject(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        strategy, parameters, bars, beside = subject_of(options)
        found = recursion(strategy, bars, parameters, beside)
        line = gettext(
            "%(strategy)s on %(instrument)s %(timeframe)s: warm-up %(warmup)d, %(compared)d candles compared."
        )
        self.stdout.write(
            line
            % {
                "strategy": strategy.name,
                "instrument": bars.instrument_id,
                "timeframe": bars.timeframe.value,
                "warmup": found.warmup,
                "compared": found.compared,
            }
        )
        for times, share in found.differing.items():
            text = gettext("with %(times)d warm-ups before them: %(share).3f%% of positions differ")
            self.stdout.write("  " + text % {"times": times, "share": 100 * share})
        if found.early:
            raise CommandError(gettext("It holds %d positions before its warm-up is over.") % found.early)
        if found.biased:
            line = gettext("It depends on where the history begins: %(share).3f%% differ with %(times)d warm-ups.")
            raise CommandError(line % {"share": 100 * found.differing[LOADED], "times": LOADED})
        self.stdout.write(gettext("It does not depend on where the history begins."))
