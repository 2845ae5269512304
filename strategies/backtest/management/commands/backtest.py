"""`manage.py backtest STRATEGY --symbol BTC/USDT`: what a strategy would have come to over stored candles, or books."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, decimal_said
from cryptouniverse.kernel.market import Timeframe
from strategies.backtest.engine.finding.running import USUAL_LOSS_BPS, FindingTerms
from strategies.backtest.engine.terms import Size, Sizing, Slippage, SlippageModel, Terms
from strategies.backtest.finding import found
from strategies.backtest.finding_told import found_as_json, found_as_text, found_trades_as_json
from strategies.backtest.plans import read_size, usual_terms
from strategies.backtest.saying import parameters_said
from strategies.backtest.selectors import instruments_named, span_of, studied
from strategies.backtest.telling import as_json, as_text, trades_as_json
from strategies.backtest.types import FindingPlan, Plan
from strategies.catalog.registry import all_finders, runnable
from trading.fills.types import Costs

_WHOLE: Final = ("trail_bps", "break_even_bps", "time_stop_bars", "collar_bps", "positions_max", "seed")
_LEADING: Final = {"sizing", "amount", "percent"}  # of a size: what stands before its commas
_EXACT: Final = ("capital", "risk_pct", "position_pct", "order_max", "daily_loss_pct", "borrow_pct")


class Command(ProductCommand):
    requires_system_checks: list[str] = []  # they load every route, which takes longer than a run
    help = _(
        "Run a strategy over stored candles and show what it would have come to: metrics beside buy and hold, random "
        "entries and cash, with no costs, costs and twice the costs. What is not said is as a new bot on paper has it. "
        "One that compares markets runs over stored order books: say --symbol for each of its markets. Its fees are "
        "those of --maker-ppm and --taker-ppm, taken 0, 1 and 2 times; what is about candles does not count for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_plan_arguments(parser)
        parser.add_argument("--trades", action="store_true", help=gettext("with --json: every trade"))
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON object and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["strategy"] in all_finders():
            self._walk(options)
            return
        done = studied(plan_of(options))
        if not options["json"]:
            self.stdout.write(as_text(done, gettext))
            return
        found = as_json(done)
        if options["trades"]:
            found["trades"] = trades_as_json(done.study.result)
        self.stdout.write(json.dumps(found, allow_nan=False))

    def _walk(self, options: dict[str, Any]) -> None:
        done = found(finding_plan_of(options))
        if not options["json"]:
            self.stdout.write(found_as_text(done, gettext))
            return
        told = found_as_json(done)
        if options["trades"]:
            told["trades"] = found_trades_as_json(done.study.ran)
            told["line"] = [[at_ms, f"{worth:f}"] for at_ms, worth in done.study.ran.equity]
        self.stdout.write(json.dumps(told, allow_nan=False))


def finding_plan_of(options: dict[str, Any]) -> FindingPlan:
    """The plan of a run over order books. Raises UnknownInstrument, BadMarket, CommandError."""
    loss_bps = USUAL_LOSS_BPS if options["stop_bps"] is None else options["stop_bps"]
    costs = Costs(options["maker_ppm"], options["taker_ppm"], 0)
    return FindingPlan(
        strategy=options["strategy"],
        parameters=parameters_said(options["set"]),
        instruments=instruments_named(options["symbol"]),
        terms=FindingTerms(capital=options["capital"], costs=costs, loss_bps=loss_bps),
        start_ms=_moment(options["since"]) if options["since"] else None,
        end_ms=_moment(options["until"]) if options["until"] else None,
    )


def add_plan_arguments(parser: ArgumentParser) -> None:
    """What names a run: for this command, and for those that make many of them."""
    usual = Terms()
    parser.add_argument("strategy", metavar="STRATEGY")
    parser.add_argument("--symbol", action="append", required=True, help=gettext("BTC/USDT or binance:BTC/USDT"))
    parser.add_argument("--timeframe", default="1h", choices=[one.value for one in Timeframe])
    parser.add_argument(
        "--finer",
        choices=[one.value for one in Timeframe],
        help=gettext("candles that tell whether stop or target came first in one that reaches both; else the stop"),
    )
    parser.add_argument("--from", dest="since", default="", help=gettext("first day, UTC: 2024-01-31"))
    parser.add_argument("--to", dest="until", default="", help=gettext("the day after the last, UTC"))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=gettext("a parameter"))
    parser.add_argument(
        "--size",
        default="risk:2",
        help=gettext("METHOD:PERCENT, such as risk:2 or atr_risk:1,candles=20, or fixed:AMOUNT"),
    )
    parser.add_argument("--stop-bps", type=int, help=gettext("default: the strategy's"))
    parser.add_argument("--target-bps", type=int, help=gettext("default: the strategy's"))
    for name in _WHOLE:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(usual, name))
    for name in _EXACT:
        parser.add_argument(f"--{name.replace('_', '-')}", type=decimal_said, default=getattr(usual, name))
    for name in ("maker_ppm", "taker_ppm", "slippage_bps"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(usual.costs, name))
    parser.add_argument("--slippage", default="fixed", choices=[one.value for one in SlippageModel])
    parser.add_argument("--shorts", action="store_true", help=gettext("trade the short side too"))


def plan_of(options: dict[str, Any]) -> Plan:
    """The plan that was said. Raises what `selectors.studied` raises but for its parameters, CommandError."""
    chosen, timeframe = runnable(options["strategy"]), Timeframe(options["timeframe"])
    parameters = parameters_said(options["set"])
    ids = instruments_named(options["symbol"])
    first_ms, end_ms = span_of(ids, timeframe)
    return Plan(
        strategy=chosen.name,
        parameters=parameters,
        instruments=ids,
        timeframe=timeframe,
        start_ms=_moment(options["since"]) if options["since"] else first_ms,
        end_ms=_moment(options["until"]) if options["until"] else end_ms,
        terms=_terms(options, usual_terms(chosen)),
        finer=Timeframe(options["finer"]) if options["finer"] else None,
    )


def _terms(options: dict[str, Any], usual: dict[str, int]) -> Terms:
    said = {name: options[name] for name in ("stop_bps", "target_bps") if options[name] is not None}
    return Terms(
        costs=Costs(options["maker_ppm"], options["taker_ppm"], options["slippage_bps"]),
        slippage=Slippage(SlippageModel(options["slippage"])),
        size=_size(options["size"]),
        shorts=options["shorts"],
        **usual | said,
        **{name: options[name] for name in (*_WHOLE, *_EXACT)},
    )


def _size(text: str) -> Size:
    name, _colon, rest = text.partition(":")
    number, *more = rest.split(",")
    said = dict(each.partition("=")[::2] for each in more)
    methods, known = [one.value for one in Sizing], {field.name for field in fields(Size)} - _LEADING
    try:
        numbers = {each: decimal_said(value) for each, value in said.items()}
        numbers["amount" if name == Sizing.FIXED else "percent"] = decimal_said(number)
    except ArgumentTypeError:
        numbers = {}
    if not numbers or name not in methods or not said.keys() <= known:
        usage = gettext(
            "A size is METHOD:PERCENT with NAME=VALUE after commas, or fixed:AMOUNT, not %(text)s. METHOD is one of "
            "%(methods)s."
        )
        raise CommandError(usage % {"text": text, "methods": ", ".join(methods)})
    return read_size({"sizing": name, **numbers})


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(gettext("A day is said as 2024-01-31, not %s.") % text) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
