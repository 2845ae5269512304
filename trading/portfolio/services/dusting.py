"""Dust: what is left of a position and too small to be sold is set aside with its cost, and the position closes."""

from __future__ import annotations

from collections.abc import Mapping

from cryptouniverse.kernel.bulk import write

_SWEEP = """
    WITH given AS (
        SELECT * FROM unnest(%s::bigint[], %s::text[]) AS g (position_id, asset)
    ), closed AS (
        UPDATE trading_portfolio_position AS s SET quantity = 0, cost = 0, closed_slot_ms = %s
        FROM given g, trading_portfolio_position AS o
        WHERE s.id = g.position_id AND o.id = s.id AND s.closed_slot_ms IS NULL
        RETURNING s.id, s.portfolio_id, g.asset, o.quantity, o.cost
    ), emptied AS (
        UPDATE trading_portfolio_lot AS l SET quantity = 0, cost = 0 FROM closed c WHERE l.position_id = c.id
    )
    INSERT INTO trading_portfolio_dust AS d (portfolio_id, asset, quantity, cost)
    SELECT portfolio_id, asset, sum(quantity), sum(cost) FROM closed WHERE quantity > 0 GROUP BY portfolio_id, asset
    ON CONFLICT (portfolio_id, asset) DO UPDATE
    SET quantity = d.quantity + excluded.quantity, cost = d.cost + excluded.cost
"""


def sweep_dust(assets: Mapping[int, str], *, slot_ms: int) -> None:
    """Close the positions (by key, each with its base asset) and keep what they still hold as dust, with its cost.

    In the caller's transaction, which holds the portfolios' locks. A position that is closed already is left alone.
    """
    if assets:
        write(_SWEEP, [list(assets), list(assets.values()), slot_ms])
