"""From recorded to sending: attempts are committed before a socket opens, under the lease's fencing number.

Exits go first, then stops, then entries. An entry leaves only while everything allows it: the connection, the stop
switch, and, for real money, every yes; a bot's own was part of recording it. An exit waits for the end of the stop that
rests at the venue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.bulk import query, write
from cryptouniverse.kernel.crashpoints import crashpoint
from cryptouniverse.kernel.market import Side
from trading.ceilings.types import Mode
from trading.connections.selectors import missing_yeses
from trading.connections.types import OF_BOTS
from trading.exchanges.types import ExchangeMarket, OrderRequest
from trading.execution.at_venue import RecordedIntent
from trading.execution.errors import LeaseLost
from trading.execution.requests import request_for
from trading.execution.services.fitting import replace_stops
from trading.execution.services.kept import make_way, sells_that_fit
from trading.execution.services.pairs import takes_pairs
from trading.execution.services.record import client_order_id
from trading.execution.services.refusing import end_unsendable
from trading.execution.services.successors import let_successors_go
from trading.execution.types import Claimed, Desk, Sending, Windows, Withdrawal
from trading.risk.selectors import mode_of

BATCH = 50
ENTRY_AGE_MAX = timedelta(seconds=30)  # what was to be bought then is not to be bought now
TOO_LATE = "too_late"
_GUARD = """
    SELECT c.status, c.kind, c.entries_stopped_at IS NOT NULL FROM trading_execution_lease l
    JOIN trading_connections_connection c ON c.id = l.connection_id
    JOIN trading_risk_risklimits r ON r.portfolio_id = %s
    WHERE l.connection_id = %s AND l.epoch = %s AND %s IN (0, c.secrets_version)
    FOR SHARE OF l, c, r
"""
_RECORDED = """
    SELECT i.id, i.public_id, i.portfolio_id, i.position_id, i.purpose, i.side, i.instrument_id, i.quantity,
           i.limit_price, i.stop_price, i.attempts, CASE WHEN i.purpose <> 'entry' THEN p.quantity END,
           coalesce(i.released_at, i.recorded_at), i.spec, i.target_price, i.bot_id, i.line
    FROM trading_execution_intent i LEFT JOIN trading_portfolio_position p ON p.id = i.position_id
    WHERE i.portfolio_id = %s AND i.state = 'recorded' AND NOT i.held AND (i.not_before IS NULL OR i.not_before <= %s)
      AND (%s OR i.purpose <> 'entry' OR %s AND i.bot_id IS NULL)
      AND (i.line IS NULL OR i.purpose = 'entry')
    ORDER BY array_position(ARRAY['exit', 'protect', 'entry'], i.purpose::text), i.id
    LIMIT %s FOR NO KEY UPDATE OF i SKIP LOCKED
"""
_OTHER_WAYS_OUT = """
    WITH free AS (
        SELECT id FROM trading_execution_intent
        WHERE position_id = ANY(%s) AND purpose IN ('exit', 'protect') AND state IN ('recorded', 'sending', 'acked')
        FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT i.position_id, i.id, i.purpose, i.state, i.instrument_id, o.id, o.venue_order_id,
           ARRAY(SELECT venue_order_id FROM trading_execution_leg WHERE order_id = o.id ORDER BY state <> 'open', id),
           NOT EXISTS (SELECT 1 FROM free WHERE free.id = i.id)
    FROM trading_execution_intent i LEFT JOIN trading_execution_order o ON o.intent_id = i.id AND o.state = 'open'
    WHERE i.position_id = ANY(%s) AND i.purpose IN ('exit', 'protect') AND i.state IN ('recorded', 'sending', 'acked')
"""
_UNWANTED = """
    SELECT o.id, i.instrument_id, o.venue_order_id,
           ARRAY(SELECT venue_order_id FROM trading_execution_leg WHERE order_id = o.id ORDER BY state <> 'open', id)
    FROM trading_execution_intent i
    JOIN trading_execution_order o ON o.intent_id = i.id AND o.state = 'open'
    WHERE i.portfolio_id = %s AND i.unwanted <> '' AND i.state = 'acked'
"""
_UNKNOWN = """
    SELECT DISTINCT i.instrument_id FROM trading_execution_attempt a
    JOIN trading_execution_intent i ON i.id = a.intent_id
    WHERE a.state = 'open' AND i.portfolio_id = %s
"""
_SENDING = """
    WITH given AS (
        SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::numeric[], %s::numeric[])
            WITH ORDINALITY AS g (intent_id, number, client_order_id, quantity, pair_price, place)
    ), sending AS (
        UPDATE trading_execution_intent AS i SET state = 'sending', attempts = g.number
        FROM given g WHERE i.id = g.intent_id AND i.state = 'recorded'
    )
    INSERT INTO trading_execution_attempt
        (intent_id, number, client_order_id, quantity, pair_price, epoch, signed_at_ms, sent_at, valid_until, state,
         reason, absences)
    SELECT intent_id, number, client_order_id, quantity, pair_price, %s, %s, %s, %s, 'open', '', 0
    FROM given ORDER BY place RETURNING id
"""
_SET_ASIDE = "UPDATE trading_execution_intent SET state = 'cancelled', reason = 'superseded' WHERE id = ANY(%s)"


def claim_sendable(
    *,
    desk: Desk,
    markets: Mapping[str, ExchangeMarket],
    clock_offset_ms: int,
    windows: Windows,
    entries: bool = True,
    limit: int = BATCH,
) -> Claimed:
    """Commit an attempt for each recorded intent that may leave now; what is to be sent, and what is to end there.

    markets: the venue's pairs by symbol. clock_offset_ms: the venue's time less ours. entries: False holds them back.
    Raises LeaseLost when another writer has taken the connection, or its key was replaced since this one opened it:
    then nothing is claimed and nothing may be sent.
    """
    with transaction.atomic():
        bots, people = _entries_allowed(desk)
        let_successors_go(desk)
        whose = [bots and entries, people and entries]
        made_way = make_way(desk)
        found = [RecordedIntent(*row) for row in query(_RECORDED, [desk.portfolio_pk, clock.now(), *whose, limit])]
        found = sells_that_fit(desk, found, made_way)[:limit]
        ready, withdrawals = _ways_out_in_order(found)
        replace_stops(desk, markets)
        unwanted = query(_UNWANTED, [desk.portfolio_pk])
        withdrawals += [_withdrawal(*row) for row in unwanted]
        if not desk.finds_by_client_id:
            ready = _one_at_a_time(ready, desk)
        requests, refused = _requests(ready, markets, clock_offset_ms, windows, pairs=takes_pairs(desk))
        end_unsendable(refused)
        sendings = _commit_attempts(desk, requests, windows)
    if sendings:
        crashpoint("sending.commit")
    return Claimed(sendings, withdrawals, len(refused))


def _entries_allowed(desk: Desk) -> tuple[bool, bool]:
    """Whether bots and people may enter. Read under the locks of the lease, the connection and the limits: whoever
    changes one of them waits for us.
    """
    rows = query(_GUARD, [desk.portfolio_pk, desk.connection_pk, desk.epoch, desk.secrets_version])
    if not rows:
        raise LeaseLost(connection=str(desk.connection_id))
    [(status, kind, entries_stopped)] = rows
    mode = mode_of(desk.portfolio_pk)
    if status != "active" or entries_stopped or mode.severity > Mode.NO_ENTRIES.severity:
        return False, False
    missing = set(missing_yeses(desk.connection_pk)) if kind == "live" else set()
    return mode is Mode.NORMAL and not missing, missing <= OF_BOTS


def _ways_out_in_order(found: Sequence[RecordedIntent]) -> tuple[list[RecordedIntent], list[Withdrawal]]:
    """One way out of a position at a time: an exit ends the stop first; a stop gives way to an exit.

    A position of which somebody else holds one just now, who learns how it ended, has its turn next time: waiting for
    it, with its exit held, could wait for ever.
    """
    positions = [intent.position_pk for intent in found if intent.purpose != "entry" and not intent.line]
    others = query(_OTHER_WAYS_OUT, [positions, positions]) if positions else []
    busy = {row[0] for row in others if row[-1]}
    leaving = {position for position, _, purpose, *_ in others if purpose == "exit"}
    blocked: set[int] = set()
    withdrawals, superseded = [], []
    for position, pk, purpose, state, instrument_id, order_pk, venue_order_id, legs, _ in others:
        if purpose != "protect" or position not in leaving or position in busy:
            continue
        if state == "recorded":
            superseded.append(pk)
        else:
            blocked.add(position)
            if order_pk:
                withdrawals.append(_withdrawal(order_pk, instrument_id, venue_order_id, legs))
    if superseded:
        write(_SET_ASIDE, [superseded])
    ready = [
        intent
        for intent in found
        if intent.purpose == "entry"
        or (intent.purpose == "exit" and intent.position_pk not in blocked | busy)
        or (intent.purpose == "protect" and intent.position_pk not in leaving | busy)
    ]
    return ready, withdrawals


def _withdrawal(order_pk: int, instrument_id: str, venue_order_id: str, legs: Sequence[str]) -> Withdrawal:
    """legs: of a pair, an open one first."""
    return Withdrawal(order_pk, symbol_of(instrument_id), legs[0] if legs else venue_order_id, legs)


def _one_at_a_time(ready: Sequence[RecordedIntent], desk: Desk) -> list[RecordedIntent]:
    """Where the venue keeps no client ids, an unknown order is told by its facts: one unknown for each instrument."""
    busy = {row[0] for row in query(_UNKNOWN, [desk.portfolio_pk])}
    alone = []
    for intent in ready:
        if intent.instrument_id not in busy:
            busy.add(intent.instrument_id)
            alone.append(intent)
    return alone


def _requests(
    ready: Sequence[RecordedIntent],
    markets: Mapping[str, ExchangeMarket],
    offset_ms: int,
    windows: Windows,
    *,
    pairs: bool,
) -> tuple[list[tuple[RecordedIntent, OrderRequest]], list[tuple[RecordedIntent, str]]]:
    requests, refused, now = [], [], clock.now()
    signed_at_ms = clock.to_ms(now) + offset_ms
    for intent in ready:
        if intent.purpose == "entry" and now - intent.since > ENTRY_AGE_MAX:
            refused.append((intent, TOO_LATE))
            continue
        name = client_order_id(
            portfolio_pk=intent.portfolio_pk, intent_id=intent.public_id, attempt=intent.attempts + 1
        )
        answer = request_for(
            market=markets.get(symbol_of(intent.instrument_id)),
            purpose=intent.purpose,
            side=Side(intent.side),
            quantity=intent.quantity if intent.held is None else min(intent.quantity, intent.held),
            limit_price=intent.limit_price,
            stop_price=intent.stop_price,
            target_price=intent.target_price if pairs else None,
            client_order_id=name,
            signed_at_ms=signed_at_ms,
            window_ms=windows.window_ms,
            spec=json.loads(intent.spec) if intent.spec else None,
            is_line=intent.line is not None,
        )
        if isinstance(answer, OrderRequest):
            requests.append((intent, answer))
        else:
            refused.append((intent, answer))
    return requests, refused


def _commit_attempts(
    desk: Desk, requests: Sequence[tuple[RecordedIntent, OrderRequest]], windows: Windows
) -> list[Sending]:
    if not requests:
        return []
    now = clock.now()
    valid_until = now + timedelta(milliseconds=windows.window_ms + windows.margin_ms)
    rows = [
        (i.pk, i.attempts + 1, request.client_order_id, request.quantity, request.pair_price) for i, request in requests
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    signed_at_ms = requests[0][1].signed_at_ms  # one moment for all of a claim
    keys = [key for (key,) in query(_SENDING, [*columns, desk.epoch, signed_at_ms, now, valid_until])]
    return [
        Sending(key, intent.pk, intent.purpose, request) for key, (intent, request) in zip(keys, requests, strict=True)
    ]


def symbol_of(instrument_id: str) -> str:
    """The pair in an instrument's id: "BTC/USDT" of "binance:BTC/USDT"."""
    return instrument_id.partition(":")[2]
