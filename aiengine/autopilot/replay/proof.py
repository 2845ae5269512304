"""What a replay came to, and the proof of its books: SQL over the tables that shares no code with the services."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection
from psycopg import sql

COUNTS = """
    SELECT (SELECT count(*) FROM aiengine_autopilot_cyclerun WHERE work = 'settle') AS cycles,
           (SELECT count(DISTINCT signal_id) FROM aiengine_autopilot_decisionrecord) AS signals,
           (SELECT count(*) FROM aiengine_consensus_verdictrecord) AS verdicts,
           (SELECT count(*) FROM trading_execution_intent) AS intents,
           (SELECT count(*) FROM trading_execution_order) AS orders,
           (SELECT count(*) FROM trading_execution_fill) AS fills,
           (SELECT coalesce(sum(profit), 0) FROM trading_execution_fill) AS realised_profit,
           (SELECT coalesce(sum(posted), 0) FROM credits_ledger_account WHERE kind = 'consumed') AS credits_consumed
"""
REFUSALS = """
    SELECT rule, count(*) FROM aiengine_autopilot_decisionrecord WHERE outcome = 'refused' GROUP BY rule ORDER BY rule
"""
FILLS = """
    SELECT u.display_name, coalesce(b.strategy, ''), f.instrument_id, f.slot_ms, f.side,
           trim_scale(f.price)::text, trim_scale(f.quantity)::text, trim_scale(f.fee)::text, f.fee_currency, f.sequence
    FROM trading_execution_fill f
    JOIN trading_portfolio_portfolio p ON p.id = f.portfolio_id
    JOIN accounts_users_user u ON u.id = p.owner_id
    LEFT JOIN strategies_bots_bot b ON b.public_id = f.bot_id
"""

# Each query lists what contradicts it: an empty answer is the proof.
PROOFS = {
    "entries_sum_to_zero": """
        SELECT p.entry_id, a.currency, sum(p.amount) FROM credits_ledger_posting p
        JOIN credits_ledger_account a ON a.id = p.account_id GROUP BY 1, 2 HAVING sum(p.amount) <> 0
    """,
    "balances_are_their_postings": """
        SELECT a.id, a.posted, coalesce(sum(p.amount), 0) FROM credits_ledger_account a
        LEFT JOIN credits_ledger_posting p ON p.account_id = a.id
        GROUP BY a.id, a.posted HAVING a.posted <> coalesce(sum(p.amount), 0)
    """,
    "cash_is_what_fills_left": """
        SELECT p.id, p.cash, p.start_cash + p.transferred + coalesce(sum(
            CASE f.side WHEN 'sell' THEN f.price * f.quantity - f.fee ELSE -f.price * f.quantity - f.fee END), 0)
        FROM trading_portfolio_portfolio p LEFT JOIN trading_execution_fill f ON f.portfolio_id = p.id
        GROUP BY p.id HAVING p.cash <> p.start_cash + p.transferred + coalesce(sum(
            CASE f.side WHEN 'sell' THEN f.price * f.quantity - f.fee ELSE -f.price * f.quantity - f.fee END), 0)
    """,
    "positions_are_the_sum_of_fills": """
        SELECT s.id, s.quantity, sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END)
        FROM trading_portfolio_position s LEFT JOIN trading_execution_fill f ON f.position_id = s.id
        GROUP BY s.id HAVING s.quantity IS DISTINCT FROM
            sum(CASE f.side WHEN 'buy' THEN f.quantity ELSE -f.quantity END)
            OR (s.quantity = 0) <> (s.closed_slot_ms IS NOT NULL)
    """,
    "profit_is_proceeds_less_cost": """
        WITH totals AS (
            SELECT s.id, s.realised, s.cost,
                   coalesce(sum(f.price * f.quantity + f.fee) FILTER (WHERE f.side = 'buy'), 0) AS paid,
                   coalesce(sum(f.price * f.quantity - f.fee) FILTER (WHERE f.side = 'sell'), 0) AS got
            FROM trading_portfolio_position s JOIN trading_execution_fill f ON f.position_id = s.id GROUP BY s.id
        )
        SELECT * FROM totals WHERE realised <> got - (paid - cost)
    """,
    "reserved_is_what_is_in_flight": """
        WITH flying AS (
            SELECT portfolio_id, sum(reserved) AS reserved FROM trading_execution_intent
            WHERE purpose = 'entry' AND state IN ('recorded', 'sending', 'acked') GROUP BY 1
        ), short AS (
            SELECT portfolio_id, sum(collateral) AS reserved FROM trading_portfolio_position GROUP BY 1
        )
        SELECT p.id, p.reserved, f.reserved, s.reserved FROM trading_portfolio_portfolio p
        LEFT JOIN flying f ON f.portfolio_id = p.id LEFT JOIN short s ON s.portfolio_id = p.id
        WHERE p.reserved <> coalesce(f.reserved, 0) + coalesce(s.reserved, 0)
    """,
    "credits_consumed_are_profit_above_the_mark": """
        WITH RECURSIVE facts AS (
            SELECT p.owner_id, f.booked_at AS at, 1 AS kind, f.sequence AS place, f.profit, 0::numeric AS added
            FROM trading_execution_fill f JOIN trading_portfolio_portfolio p ON p.id = f.portfolio_id
            WHERE f.profit IS NOT NULL
            UNION ALL
            SELECT a.owner_id, e.occurred_at, 0, e.id, 0, x.amount
            FROM credits_ledger_posting x JOIN credits_ledger_entry e ON e.id = x.entry_id
            JOIN credits_ledger_account a ON a.id = x.account_id AND a.kind = 'wallet' WHERE x.amount > 0
        ), ordered AS (
            SELECT *, row_number() OVER (PARTITION BY owner_id ORDER BY at, kind, place) AS n FROM facts
        ), walked AS (
            SELECT owner_id, n, added AS available, profit AS total, greatest(profit, 0) AS mark, 0::numeric AS consumed
            FROM ordered WHERE n = 1
            UNION ALL
            SELECT w.owner_id, o.n,
                   w.available + o.added - least(v.worth, w.available + o.added),
                   v.total, v.mark, w.consumed + least(v.worth, w.available + o.added)
            FROM walked w JOIN ordered o ON o.owner_id = w.owner_id AND o.n = w.n + 1
            CROSS JOIN LATERAL (
                SELECT w.total + o.profit AS total, greatest(w.mark, w.total + o.profit) AS mark,
                       trunc(greatest(w.mark, w.total + o.profit), 6) - trunc(w.mark, 6) AS worth
            ) AS v
        ), last AS (
            SELECT DISTINCT ON (owner_id) owner_id, consumed, available FROM walked ORDER BY owner_id, n DESC
        )
        SELECT l.owner_id, l.available, a.posted FROM last l
        JOIN credits_ledger_account a ON a.owner_id = l.owner_id AND a.kind = 'wallet'
        WHERE a.posted <> l.available
    """,
    "no_order_above_its_cap": """
        SELECT f.id FROM trading_execution_fill f JOIN trading_risk_risklimits r ON r.portfolio_id = f.portfolio_id
        WHERE f.side = 'buy' AND f.price * f.quantity > least(r.order_notional_max, r.position_notional_max)
    """,
    "no_more_positions_than_allowed": """
        SELECT s.id FROM trading_portfolio_position s
        JOIN trading_risk_risklimits r ON r.portfolio_id = s.portfolio_id
        JOIN trading_portfolio_position o ON o.portfolio_id = s.portfolio_id
         AND o.opened_slot_ms <= s.opened_slot_ms AND coalesce(o.closed_slot_ms, 9e15) > s.opened_slot_ms
        GROUP BY s.id, r.open_positions_max HAVING count(*) > r.open_positions_max
    """,
    "no_instrument_above_its_cap": """
        SELECT s.id FROM trading_portfolio_position s
        JOIN trading_risk_risklimits r ON r.portfolio_id = s.portfolio_id
        JOIN trading_execution_fill f ON f.side = 'buy' AND f.portfolio_id = s.portfolio_id
         AND f.instrument_id = s.instrument_id
        JOIN trading_portfolio_position o ON o.id = f.position_id
         AND o.opened_slot_ms <= s.opened_slot_ms AND coalesce(o.closed_slot_ms, 9e15) > s.opened_slot_ms
        GROUP BY s.id, r.position_notional_max HAVING sum(f.price * f.quantity) > r.position_notional_max
    """,
    "no_position_without_its_stop": """
        SELECT s.id FROM trading_portfolio_position s
        WHERE s.closed_slot_ms IS NULL AND NOT EXISTS (
            SELECT 1 FROM trading_execution_intent i JOIN trading_execution_order o ON o.intent_id = i.id
            WHERE i.position_id = s.id AND i.purpose = 'protect' AND o.state = 'open' AND i.quantity = s.quantity
              AND i.stop_price > 0)
    """,
    "no_entry_after_the_profit_limit": """
        SELECT i.id FROM trading_execution_intent i JOIN trading_portfolio_portfolio p ON p.id = i.portfolio_id
        JOIN credits_ledger_account a ON a.owner_id = p.owner_id AND a.kind = 'wallet'
        WHERE i.purpose = 'entry' AND (
            SELECT coalesce(sum(x.amount), 0) FROM credits_ledger_posting x
            JOIN credits_ledger_entry e ON e.id = x.entry_id
            WHERE x.account_id = a.id AND e.occurred_at <= i.recorded_at) <= 0
    """,
}
STORIES = {
    "users_at_the_profit_limit": """
        SELECT count(DISTINCT portfolio_id) FROM aiengine_autopilot_decisionrecord
        WHERE outcome = 'refused' AND rule = 'profit_limit'
    """,
    "users_at_a_cap": """
        SELECT count(DISTINCT portfolio_id) FROM aiengine_autopilot_decisionrecord
        WHERE rule IN ('order_notional', 'position_notional', 'position_share', 'open_positions')
    """,
    "users_who_topped_up": """
        SELECT count(DISTINCT a.owner_id) FROM credits_ledger_entry e JOIN credits_ledger_posting x ON x.entry_id = e.id
        JOIN credits_ledger_account a ON a.id = x.account_id AND a.kind = 'wallet'
        WHERE e.idempotency_key LIKE 'replay:%:top-up'
    """,
}


def counts() -> dict[str, Any]:
    """How much there is of everything in the active tenant; sums of money as strings."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        names = [column.name for column in cursor.description]
        found = dict(zip(names, cursor.fetchone(), strict=True))
        cursor.execute(REFUSALS)
        found["refusals"] = dict(cursor.fetchall())
    return {
        name: value if isinstance(value, (int, dict)) else f"{value.normalize():f}" for name, value in found.items()
    }


def contradictions() -> dict[str, int]:
    """Proof -> how many rows contradict it; all zero when the books hold."""
    found = {}
    with connection.cursor() as cursor:
        for name, query in PROOFS.items():
            cursor.execute(sql.SQL("SELECT count(*) FROM ({}) AS wrong").format(sql.SQL(query)))
            found[name] = cursor.fetchone()[0]
    return found


def stories() -> dict[str, int]:
    """How many users met what a replay is there to show."""
    with connection.cursor() as cursor:
        return {name: _one(cursor, query) for name, query in STORIES.items()}


def fills_hash() -> str:
    """SHA-256 of sorted lines user_no|strategy|symbol|candle_open_ms|side|price|quantity|fee|fee_currency|sequence."""
    digest = hashlib.sha256()
    for line in sorted(fill_lines()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def fill_lines() -> list[str]:
    """One line per fill, without ids or wall time."""
    with connection.cursor() as cursor:
        cursor.execute(FILLS)
        return ["|".join([str(row[0]).removeprefix("Replay "), *map(str, row[1:])]) for row in cursor.fetchall()]


def _one(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])
