"""What the desk says of the way to an exchange: how it is, what is being found out, and what is not ours."""

from __future__ import annotations

from cryptouniverse.web import connected_types as t
from cryptouniverse.web.reading import STRANGE, Reading
from trading.exchanges.types import CLOCK_OFFSET_MS_MAX


def connection_of(reading: Reading) -> t.Link:
    """The connection of the portfolio that is shown, which has one."""
    row = reading.portfolio.connection
    return t.Link(
        public_id=row.public_id,
        label=row.label,
        venue=row.venue,
        kind=row.kind,
        status=row.status,
        served_since=row.served_since,
        last_proven_at=row.last_proven_at,
        drift=row.drift,
        entries_stopped_at=row.entries_stopped_at,
        entries_stopped_cause=row.entries_stopped_cause,
        entries_stopped_reason=row.entries_stopped_reason,
        clock_offset_ms=row.clock_offset_ms,
        clock_max_ms=CLOCK_OFFSET_MS_MAX,
        circuit=row.circuit,
        unknown=_unknown(reading),
        strange=_strange(reading),
        more_strange=len(reading.strange) > STRANGE,
        dust=tuple(t.DustRow(one.asset, one.quantity, one.cost) for one in reading.dust),
        currency=reading.portfolio.currency,
        allowed=reading.user.may("trading:execute"),
        now=reading.now,
    )


def stopped_of(reading: Reading) -> tuple[t.Stopped, ...]:
    """The person's connections whose entries are stopped."""
    return tuple(
        t.Stopped(
            public_id=row.public_id,
            label=row.label,
            kind=row.kind,
            entries_stopped_at=row.entries_stopped_at,
            entries_stopped_cause=row.entries_stopped_cause,
            entries_stopped_reason=row.entries_stopped_reason,
            drift=row.drift,
        )
        for row in reading.stopped
    )


def _unknown(reading: Reading) -> tuple[t.UnknownRow, ...]:
    return tuple(
        t.UnknownRow(
            symbol=row.intent.instrument_id.partition(":")[2],
            side=row.intent.side,
            purpose=row.intent.purpose,
            quantity=row.quantity,
            sent_at=row.sent_at,
            number=row.number,
        )
        for row in reading.unknown
    )


def _strange(reading: Reading) -> tuple[t.StrangeRow, ...]:
    return tuple(
        t.StrangeRow(
            order=row.venue_order_id,
            symbol=row.symbol,
            side=row.side,
            quantity=row.quantity,
            executed=row.executed,
            status=row.status,
            seen_at=row.seen_at,
            ours=row.ours,
            explained_by=row.explained_by,
        )
        for row in reading.strange[:STRANGE]
    )
