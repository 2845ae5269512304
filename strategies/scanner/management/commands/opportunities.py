"""`manage.py opportunities`: what the catalogue sees now, ranked, each with its strategy's simulated record."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel.commands import ProductCommand, count_said
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.shown import shown_all
from cryptouniverse.kernel.words import told
from strategies.catalog.registry import all_strategies
from strategies.scanner.models import Opportunity, Scan
from strategies.scanner.selectors import newest_scan, opportunities, sentences, track_of_record
from strategies.scanner.serializers import ScannedSerializer
from strategies.scanner.services import scan_market
from trading.marketdata.selectors import instruments


class Command(ProductCommand):
    help = _(
        "Look at every market with every strategy, and list what asks for an entry now: best first by the lower bound "
        "of what its trades came to in a backtest with costs. Nothing is traded, and nothing of it is advice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--timeframe", choices=[one.value for one in Timeframe])
        parser.add_argument("--instrument", help=gettext("binance:BTC/USDT, for one"))
        parser.add_argument("--family")
        parser.add_argument("--limit", type=count_said, default=20)
        parser.add_argument("--json", action="store_true", help=gettext("print one JSON list and nothing else"))

    def handle(self, *_args: Any, **options: Any) -> None:
        self._require_known(options)
        scan = scan_market() or newest_scan()
        names = {"timeframe": "timeframe", "instrument": "instrument_id", "family": "family"}
        wanted = {column: options[name] for name, column in names.items() if options[name]}
        rows = list(opportunities().filter(**wanted)[: options["limit"]])
        if options["json"]:
            self.stdout.write(json.dumps(shown_all(ScannedSerializer, rows), default=str, allow_nan=False))
            return
        for line in _head(scan):
            self.stdout.write(line)
        for row in rows:
            self.stdout.write(_line(row))
        if not rows and scan is not None:
            self.stdout.write(gettext("Nothing asks for an entry there now."))

    def _require_known(self, options: dict[str, Any]) -> None:
        listed, families = instruments(), {one.family for one in all_strategies().values()}
        for name, known, sentence in (
            ("instrument", listed, gettext("No instrument is called %(said)s; there are %(known)s.")),
            ("family", families, gettext("No family is called %(said)s; there are %(known)s.")),
        ):
            if options[name] and options[name] not in known:
                raise CommandError(sentence % {"said": options[name], "known": ", ".join(sorted(known)) or "-"})


def _head(scan: Scan | None) -> list[str]:
    if scan is None:
        return [gettext("Another scan is on its way; there is none to show yet.")]
    counted = {"strategies": scan.strategies, "markets": scan.markets, "tried": scan.tried}
    said = (
        gettext("%(strategies)s strategies on %(markets)s markets, %(tried)s records; simulated, with costs.") % counted
    )
    failed = [f"  {one['strategy']}: {told(one['said'], gettext)}" for one in scan.failures]
    return [said, *failed]


def _line(row: Opportunity) -> str:
    facts = {
        "rank": row.rank,
        "strategy": row.strategy,
        "instrument": row.instrument_id,
        "timeframe": row.timeframe,
        "age": row.age,
        "entry": f"{row.entry.normalize():f}",
        "stop": f"{row.stop.normalize():f}",
        "target": "-" if row.target is None else f"{row.target.normalize():f}",
        "reward": "-" if row.reward_r is None else row.reward_r,
        "risk": row.risk_of_100,
        "score": "-" if row.score is None else f"{row.score:.2f}",
        "trades": track_of_record(row.record).trades,
    }
    said = gettext(
        "%(rank)s. %(strategy)s %(instrument)s %(timeframe)s, %(age)s candles ago: in at %(entry)s, stop %(stop)s, "
        "target %(target)s, reward %(reward)s R, 100 risk %(risk)s; score %(score)s R over %(trades)s trades"
    )
    verdict = gettext("validated") if row.validated else "; ".join(sentences(row.verdict["reasons"], gettext))
    return f"{said % facts}\n    {verdict}"
