"""`manage.py optimise STRATEGY --symbol BTC/USDT`: search a strategy's parameters over stored candles."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, count_said
from strategies.backtest.management.commands.backtest import add_plan_arguments, plan_of
from strategies.lab.search.chunks import Method
from strategies.lab.search.report import Checks
from strategies.lab.search.verdict import TRADES_MIN
from strategies.lab.selectors import searched
from strategies.lab.telling import as_text
from strategies.lab.types import SearchPlan

_BOUNDS: Final = ("low", "high", "step")


class Command(ProductCommand):
    requires_system_checks: list[str] = []  # they load every route, which takes longer than many a search
    help = _(
        "Search a strategy's parameters over stored candles, here and now, and show the best with what chance may have "
        "had to do with it. Nothing is kept. Ctrl-C ends it with what was found so far."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Checks()
        add_plan_arguments(parser)
        ranges = gettext("a parameter that is searched, NAME or NAME=LOW:HIGH:STEP; default: all that are not set")
        parser.add_argument("--range", action="append", default=[], metavar="NAME=LOW:HIGH:STEP", help=ranges)
        parser.add_argument("--method", default=Method.GRID.value, choices=[one.value for one in Method])
        parser.add_argument("--trials", type=int, default=100)
        least = gettext("trials that closed fewer trades count as worst")
        parser.add_argument("--trades-min", type=count_said, default=TRADES_MIN, help=least)
        parser.add_argument("--objective", action="append", default=[], help=gettext("a metric; the first counts most"))
        parser.add_argument("--no-pruning", action="store_true", help=gettext("tpe: run every trial to its end"))
        parser.add_argument("--walk-forward", type=count_said, default=usual.folds, help=gettext("folds; 0 for none"))
        parser.add_argument("--anchored", action="store_true", help=gettext("folds train on all that was before"))
        parser.add_argument("--purge-days", type=count_said, default=usual.purge_days)
        parser.add_argument("--embargo-days", type=count_said, default=usual.embargo_days)
        parser.add_argument("--all-trials", action="store_true", help=gettext("with --json: every trial"))
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        asked = _asked(options)

        def tell(done: int, wanted: int) -> None:
            self.stderr.write(f"{done}/{wanted}")

        found = searched(asked, tell=(lambda _done, _wanted: None) if options["json"] else tell)
        if not options["json"]:
            self.stdout.write(as_text(found.report, asked.objectives, gettext))
            return
        shown = dict(found.report)
        if options["all_trials"]:
            shown["all_trials"] = [
                {
                    "number": trial.number,
                    "state": trial.state.value,
                    "parameters": found.search.space.parameters(trial.point),
                    "metrics": dict(trial.metrics),
                }
                for trial in found.trials
            ]
        self.stdout.write(json.dumps(shown, allow_nan=False))


def _asked(options: dict[str, Any]) -> SearchPlan:
    return SearchPlan(
        plan=plan_of(options),
        ranges=dict(_range(text) for text in options["range"]),
        method=Method(options["method"]),
        objectives=tuple(options["objective"]) or ("sharpe",),
        trials=options["trials"],
        trades_min=options["trades_min"],
        seed=options["seed"],
        prunes=not options["no_pruning"],
        checks=Checks(
            folds=options["walk_forward"],
            anchored=options["anchored"],
            purge_days=options["purge_days"],
            embargo_days=options["embargo_days"],
        ),
    )


def _range(text: str) -> tuple[str, dict[str, object]]:
    name, equals, numbers = text.partition("=")
    parts = numbers.split(":") if equals else []
    try:
        if len(parts) > len(_BOUNDS):
            raise ValueError(text)
        return name, {bound: _number(part) for bound, part in zip(_BOUNDS, parts, strict=False) if part}
    except ValueError:
        raise CommandError(gettext("A range is said as NAME=LOW:HIGH:STEP, not %s.") % text) from None


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
