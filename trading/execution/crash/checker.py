"""The judge of a crash test: the sandbox's own journal against our tables. It shares no code with the protocol."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection

from trading.execution.crash.stage import Account

_ATTEMPTS = """
    SELECT a.client_order_id, i.id, 'first' FROM trading_execution_attempt a
    JOIN trading_execution_intent i ON i.id = a.intent_id WHERE i.portfolio_id = %s
    UNION ALL
    SELECT a.client_order_id || '-2', i.id, 'second' FROM trading_execution_attempt a
    JOIN trading_execution_intent i ON i.id = a.intent_id WHERE i.portfolio_id = %s AND a.pair_price IS NOT NULL
"""
_ORDERS = """
    SELECT o.venue_order_id, o.intent_id FROM trading_execution_order o
    WHERE o.portfolio_id = %s AND o.venue_order_id <> ''
    UNION ALL
    SELECT l.venue_order_id, o.intent_id FROM trading_execution_leg l
    JOIN trading_execution_order o ON o.id = l.order_id
    WHERE l.portfolio_id = %s AND l.venue_order_id <> o.venue_order_id
"""
_FILLS = """
    SELECT coalesce((SELECT l.venue_order_id FROM trading_execution_leg l
                     WHERE l.order_id = o.id AND l.cause = 'target' AND f.cause = 'target'), o.venue_order_id),
           f.venue_trade_id, trim_scale(f.price), trim_scale(f.quantity), trim_scale(f.fee), f.fee_currency
    FROM trading_execution_fill f JOIN trading_execution_order o ON o.id = f.order_id WHERE f.portfolio_id = %s
"""
_BOOKS = """
    SELECT split_part(split_part(instrument_id, ':', 2), '/', 1) AS asset, quantity FROM trading_portfolio_position
    WHERE portfolio_id = %s
    UNION ALL SELECT asset, quantity FROM trading_portfolio_dust WHERE portfolio_id = %s
    UNION ALL SELECT currency, cash FROM trading_portfolio_portfolio WHERE id = %s
"""
_OPEN = """
    SELECT count(*) FROM trading_execution_intent
    WHERE portfolio_id = %s AND (state IN ('recorded', 'sending') OR state = 'acked' AND purpose <> 'protect')
"""
_RESERVED = "SELECT reserved FROM trading_portfolio_portfolio WHERE id = %s"
_BARE = """
    SELECT count(*) FROM trading_portfolio_position s
    WHERE s.portfolio_id = %s AND s.closed_slot_ms IS NULL AND NOT EXISTS (
        SELECT 1 FROM trading_execution_intent i
        WHERE i.position_id = s.id AND i.purpose = 'protect' AND i.state = 'acked')
"""
Fill = tuple[str, str, str, str, str, str]


@dataclass(slots=True)
class Findings:
    """What the journal and our books disagree about. Everything but `intents` and `orders` has to be zero.

    duplicates: orders beyond the first, of a pair beyond both, that the venue accepted for one intent. missing: orders
    that only one side has. unmapped: orders at the venue that are of no attempt. wrong_fills: trades that only one side
    has, or has otherwise. wrong_amounts: assets of which the account holds something else than our books say.
    bare: open positions that have no stop at the venue. unfinished: intents that never came to an end.
    """

    intents: int = 0
    orders: int = 0
    fills: int = 0
    duplicates: int = 0
    missing: int = 0
    unmapped: int = 0
    wrong_fills: int = 0
    wrong_amounts: int = 0
    reserved_wrong: int = 0
    bare: int = 0
    unfinished: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        names = ("duplicates", "missing", "unmapped", "wrong_fills", "wrong_amounts", "reserved_wrong", "bare")
        return not self.unfinished and not any(getattr(self, name) for name in names)

    def add(self, other: Findings) -> None:
        """Count what was found elsewhere to this."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Venue:
    """What the journal says of one account."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    trades: Counter[Fill] = field(default_factory=Counter)
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def check(journal: Path, accounts: Iterable[Account]) -> Findings:
    """Hold the whole journal against the tables of the active tenant."""
    whole, venues = Findings(), _read(journal)
    for account in accounts:
        whole.add(_check(account, venues[account.api_key]))
    return whole


def _read(journal: Path) -> Mapping[str, _Venue]:
    venues: dict[str, _Venue] = defaultdict(_Venue)
    with journal.open() as lines:
        for line in lines:
            fact = json.loads(line)
            venue = venues[fact.get("account", "")]
            if fact["kind"] == "order_accepted":
                venue.orders[str(fact["orderId"])] = fact
            elif fact["kind"] == "trade":
                venue.trades[_trade(fact)] += 1
            elif fact["kind"] == "moved":
                for asset, (_free, _locked, free, locked) in fact["assets"].items():
                    venue.amounts[asset] = Decimal(free) + Decimal(locked)
    return venues


def _trade(fact: dict[str, Any]) -> Fill:
    numbers = [_plain(Decimal(fact[name])) for name in ("price", "qty", "fee")]
    return (str(fact["orderId"]), str(fact["tradeId"]), *numbers, fact["feeAsset"])


def _check(account: Account, venue: _Venue) -> Findings:
    pk = account.portfolio_pk
    found = Findings(orders=len(venue.orders))
    attempts = {name: (intent, which) for name, intent, which in _rows(_ATTEMPTS, pk, pk)}
    ours = dict(_rows(_ORDERS, pk, pk))
    found.intents = len({intent for intent, _ in attempts.values()})
    accepted: Counter[object] = Counter()
    for number, order in venue.orders.items():
        intent, which = attempts.get(order["sentClientOrderId"], (None, ""))
        if intent is None:
            accepted[order["sentClientOrderId"]] += 1
            found.unmapped += 1
            found.examples.append(f"{account.semantics}: order {number} is of no attempt")
            continue
        accepted[intent, which] += 1
        if ours.get(number) != intent:
            found.missing += 1
            found.examples.append(f"{account.semantics}: order {number} of intent {intent} is not in our books")
    found.missing += len(set(ours) - set(venue.orders))
    twice = {intent: count for intent, count in accepted.items() if count > 1}
    found.duplicates = sum(count - 1 for count in twice.values())
    found.examples += [f"{account.semantics}: intent {intent} has {count} orders" for intent, count in twice.items()]
    _check_books(account, venue, found)
    return found


def _check_books(account: Account, venue: _Venue, found: Findings) -> None:
    pk = account.portfolio_pk
    booked = Counter(_fill(*row) for row in _rows(_FILLS, pk))
    found.fills = sum(booked.values())
    wrong = (booked - venue.trades) + (venue.trades - booked)
    found.wrong_fills = sum(wrong.values())
    found.examples += [f"{account.semantics}: fill {fill}" for fill in list(wrong)[:5]]
    books: dict[str, Decimal] = defaultdict(Decimal)
    for asset, amount in _rows(_BOOKS, pk, pk, pk):
        books[asset] += amount
    for asset in set(books) | set(venue.amounts):
        if books[asset] != venue.amounts[asset]:
            found.wrong_amounts += 1
            found.examples.append(f"{account.semantics}: {asset} {books[asset]} here, {venue.amounts[asset]} there")
    found.unfinished = _rows(_OPEN, pk)[0][0]
    found.reserved_wrong = int(_rows(_RESERVED, pk)[0][0] != 0 and not found.unfinished)
    found.bare = _rows(_BARE, pk)[0][0]


def _fill(order: str, trade: str, price: Decimal, quantity: Decimal, fee: Decimal, fee_asset: str) -> Fill:
    return (order, trade.rpartition(":")[2], _plain(price), _plain(quantity), _plain(fee), fee_asset)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _rows(statement: str, *parameters: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
