"""Marking to market: at each candle's close every portfolio gets its value, in a handful of statements for a whole tenant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import connection

_MARK_POSITIONS = """
    UPDATE trading_portfolio_position AS p SET mark_price = v.price, mark_slot_ms = %s
    FROM unnest(%s::text[], %s::numeric[]) AS v (instrument_id, price)
    WHERE p.instrument_id = v.instrument_id AND p.closed_slot_ms IS NULL
"""
_VALUE_PORTFOLIOS = """
    UPDATE trading_portfolio_portfolio AS f
    SET equity = v.equity, equity_peak = greatest(f.equity_peak, v.equity), marked_slot_ms = %s
    FROM (
        SELECT q.id, q.cash + coalesce(sum(p.quantity * p.mark_price), 0) AS equity
        FROM trading_portfolio_portfolio q
        LEFT JOIN trading_portfolio_position p ON p.portfolio_id = q.id AND p.closed_slot_ms IS NULL
        GROUP BY q.id
    ) AS v
    WHERE v.id = f.id
"""
_ADD_POINTS = """
    INSERT INTO trading_portfolio_equitypoint (portfolio_id, slot_ms, equity, cash)
    SELECT id, %s, equity, cash FROM trading_portfolio_portfolio ORDER BY id
    ON CONFLICT (portfolio_id, slot_ms) DO NOTHING
"""
_ROLL_DAY = """
    UPDATE trading_portfolio_portfolio
    SET risk_day = %s, day_start_equity = equity, day_realised = 0
    WHERE risk_day IS DISTINCT FROM %s
"""


def roll_risk_day(*, day: date) -> None:
    """Begin the UTC risk day `day` for portfolios that are not in it yet: its loss is counted from the last value."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLL_DAY, [day, day])


def mark_portfolios(*, slot_ms: int, closes: Mapping[str, Decimal]) -> None:
    """Value every portfolio of the tenant at `closes` (instrument id to close price) and add a point to its curve.

    An instrument without a candle keeps its last mark.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK_POSITIONS, [slot_ms, list(closes), list(closes.values())])
        cursor.execute(_VALUE_PORTFOLIOS, [slot_ms])
        cursor.execute(_ADD_POINTS, [slot_ms])
