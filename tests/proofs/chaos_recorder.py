"""Records intents at the demo's practice connection and says what became of them: one JSON line for each line asked.

A process of its own, as a cycle's worker is one; it outlives every server, and opens its database anew after each loss.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cryptouniverse.settings")
django.setup()

from django.db import Error, connection  # noqa: E402  # Django first

from cryptouniverse.kernel.bulk import query  # noqa: E402
from cryptouniverse.kernel.tenancy import in_tenant  # noqa: E402
from tenants.provisioning.selectors import tenant_by_slug  # noqa: E402
from trading.connections.models import Connection  # noqa: E402
from trading.connections.services import allow_opening, open_credentials  # noqa: E402
from trading.execution.crash.checker import check  # noqa: E402
from trading.execution.crash.stage import Account  # noqa: E402
from trading.execution.crash.work import record_work, restless  # noqa: E402
from trading.marketdata.selectors import feed_state, market_instruments  # noqa: E402
from trading.portfolio.models import Portfolio  # noqa: E402

BOUGHT = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "LTC/USDT")
_NEWEST = "SELECT coalesce(max(id), 0) FROM trading_execution_intent WHERE portfolio_id = %s"
_TAKEN = """
    SELECT count(*) FROM trading_execution_order o
    JOIN trading_execution_intent i ON i.id = o.intent_id WHERE i.portfolio_id = %s AND i.id > %s
"""


def record(row: Connection, portfolio_pk: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Entries, and exits of what is held, each a commit; after: the newest intent before them."""
    feed = feed_state()
    listed = [i for i in market_instruments(feed.source, feed.timeframe).values() if i.symbol in BOUGHT]
    prices = {i.symbol: Decimal(asked["prices"][i.symbol.replace("/", "")]) for i in listed}
    [(before,)] = query(_NEWEST, [portfolio_pk])
    recorded = record_work(portfolio_pk, listed, prices, asked["seed"])
    return {"after": before, "recorded": recorded}


def taken(row: Connection, portfolio_pk: int, asked: dict[str, Any]) -> dict[str, Any]:
    """How many of the intents behind `after` the venue is known to have accepted."""
    [(count,)] = query(_TAKEN, [portfolio_pk, asked["after"]])
    return {"taken": count}


def rest(row: Connection, portfolio_pk: int, asked: dict[str, Any]) -> dict[str, Any]:
    """What is not final yet, and what keeps entries from leaving."""
    return {"restless": restless(portfolio_pk), "stopped": row.entries_stopped_reason, "drift": str(row.drift)}


def judge(row: Connection, portfolio_pk: int, asked: dict[str, Any]) -> dict[str, Any]:
    """The sandbox's journal against our tables."""
    found = check(Path(asked["journal"]), [Account("practice", row.pk, portfolio_pk, open_credentials(row))])
    return {"sound": found.sound, **asdict(found)}


def key(row: Connection, portfolio_pk: int, asked: dict[str, Any]) -> dict[str, Any]:
    """What names the account at the sandbox."""
    return {"api_key": open_credentials(row).api_key.reveal()}


_DEEDS = {"record": record, "taken": taken, "rest": rest, "judge": judge, "key": key}


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Do it once; a database that is away is an answer too."""
    try:
        with in_tenant(tenant_by_slug("demo")):
            row = Connection.objects.get(label="Practice exchange")
            portfolio = Portfolio.objects.get(connection=row)
            return _DEEDS[asked["do"]](row, portfolio.pk, asked)
    except Error as error:
        connection.close()
        return {"lost": type(error).__name__}


def main() -> None:
    allow_opening()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line)), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
