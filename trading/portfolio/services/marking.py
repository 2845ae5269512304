"""Marking to market: at each candle's close every portfolio gets its value, in one statement for a whole tenant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cryptouniverse.kernel.bulk import write

_MARK = """
    WITH closed AS (
        SELECT * FROM unnest(%s::text[], %s::numeric[]) AS c (instrument_id, price)
    ), marked AS (
        UPDATE trading_portfolio_position AS p SET mark_price = c.price, mark_slot_ms = %s
        FROM closed c WHERE p.instrument_id = c.instrument_id AND p.closed_slot_ms IS NULL
    ), worth AS (
        SELECT f.id, f.cash + coalesce(sum(p.quantity * coalesce(c.price, p.mark_price)), 0) AS equity
        FROM trading_portfolio_portfolio f
        LEFT JOIN trading_portfolio_position p ON p.portfolio_id = f.id AND p.closed_slot_ms IS NULL
        LEFT JOIN closed c ON c.instrument_id = p.instrument_id
        GROUP BY f.id
    ), valued AS (
        UPDATE trading_portfolio_portfolio AS f
        SET equity = w.equity, equity_peak = greatest(f.equity_peak, w.equity), marked_slot_ms = %s
        FROM worth w WHERE w.id = f.id
        RETURNING f.id, f.equity, f.cash
    )
    INSERT INTO trading_portfolio_equitypoint (portfolio_id, slot_ms, equity, cash)
    SELECT id, %s, equity, cash FROM valued ORDER BY id
    ON CONFLICT (portfolio_id, slot_ms) DO UPDATE SET equity = excluded.equity, cash = excluded.cash
"""
_ROLL_DAY = """
    UPDATE trading_portfolio_portfolio
    SET risk_day = %s, day_start_equity = equity, day_realised = 0
    WHERE risk_day IS DISTINCT FROM %s
"""


def roll_risk_day(*, day: date) -> None:
    """Begin the UTC risk day `day` for portfolios that are not in it yet: its loss is counted from the last value."""
    write(_ROLL_DAY, [day, day])


def mark_portfolios(*, slot_ms: int, closes: Mapping[str, Decimal]) -> None:
    """Value every portfolio of the tenant at `closes` (instrument id to close price) and add a point to its curve.

    An instrument without a candle keeps its last mark.
    """
    write(_MARK, [list(closes), list(closes.values()), slot_ms, slot_ms, slot_ms])
