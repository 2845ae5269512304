"""`manage.py ladder STRATEGY --price 100`: the orders of a ladder or a grid, shown before it starts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, decimal_said
from strategies.backtest.engine.terms import Terms
from strategies.backtest.saying import parameters_said
from strategies.backtest.selectors import ladder_start
from strategies.backtest.showing import ladder_as_json, ladder_as_text
from strategies.catalog.registry import manager
from trading.fills.types import Costs


class Command(ProductCommand):
    help = _(
        "Show what a strategy that keeps orders would place: each order with price and size, what it needs, the rise "
        "that it then needs to be ahead, and where it fails. Nothing is placed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Terms()
        parser.add_argument("strategy", metavar="STRATEGY")
        parser.add_argument("--price", type=decimal_said, required=True, help=gettext("what the market stands at"))
        parser.add_argument(
            "--symbol", default="", help=gettext("BTC/USDT or binance:BTC/USDT; else a market of no name")
        )
        parser.add_argument("--tick", type=decimal_said, default=Decimal("0.01"), help=gettext("without a symbol"))
        parser.add_argument("--step", type=decimal_said, default=Decimal("0.00001"), help=gettext("without a symbol"))
        parser.add_argument("--funds", type=decimal_said, default=usual.capital, help=gettext("quote currency"))
        parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=gettext("a parameter"))
        for name in ("maker_ppm", "taker_ppm", "slippage_bps"):
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(usual.costs, name))
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = manager(options["strategy"])
        parameters = chosen.resolve(parameters_said(options["set"]))
        start = ladder_start(
            symbol=options["symbol"],
            units=(options["tick"], options["step"]),
            price=options["price"],
            funds=options["funds"],
            costs=Costs(options["maker_ppm"], options["taker_ppm"], options["slippage_bps"]),
        )
        ladder = chosen.ladder(parameters, start)
        found = ladder_as_json(ladder, chosen, parameters) if options["json"] else None
        self.stdout.write(json.dumps(found) if found else ladder_as_text(ladder, gettext))
