"""What a portfolio holds: its open positions, what is sold short among them, and what each asset takes of the whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from cryptouniverse.kernel import clock
from cryptouniverse.web import types as t
from cryptouniverse.web.charts import bands_of, range_of, spark_of
from cryptouniverse.web.reading import Reading
from cryptouniverse.web.trade_parts import pair_told

HUNDRED, ZERO = Decimal(100), Decimal(0)
BANDS = 5


def pct(part: Decimal, whole: Decimal) -> Decimal:
    """`part` of `whole` in percent; 0 of nothing."""
    return part / whole * HUNDRED if whole else ZERO


def allocation_of(reading: Reading) -> t.Allocation:
    """What each asset takes of the whole, largest first, the rest as one, money last; and the caps near it. What buys
    back a contract that is sold short is not counted as money.
    """
    p, limits = reading.portfolio, getattr(reading.portfolio, "limits", None)
    held: dict[str, Decimal] = {}
    owed = ZERO
    for row in reading.positions:
        found, worth = reading.instruments.get(row.instrument_id), row.quantity * row.mark_price
        asset = found.asset if found else row.instrument_id
        if worth < 0:
            owed -= worth
        else:
            held[asset] = held.get(asset, ZERO) + worth
    largest = sorted(held.items(), key=lambda pair: -pair[1])
    named, others = largest[: BANDS - 1], largest[BANDS - 1 :]
    if len(others) == 1:
        named, others = largest, []
    pieces = [*named, *([(gettext("Others"), sum((amount for _name, amount in others), ZERO))] if others else [])]
    pieces.append((p.currency, p.cash - owed))
    whole = sum((amount for _name, amount in pieces), ZERO)
    shares = [pct(amount, whole) for _name, amount in pieces]
    rows = [
        t.AllocationRow(name, amount, share, band, free=number == len(pieces))
        for number, ((name, amount), share, band) in enumerate(
            zip(pieces, shares, bands_of(shares), strict=True), start=1
        )
    ]
    top = pct(largest[0][1], p.equity) if largest else ZERO
    caps = (
        ()
        if limits is None
        else (
            t.Limit(gettext("Largest position, of equity"), top, limits.position_pct_max, "%"),
            t.Limit(gettext("Open positions"), Decimal(len(reading.positions)), Decimal(limits.open_positions_max), ""),
        )
    )
    return t.Allocation(tuple(rows), caps, p.currency)


def positions_of(reading: Reading) -> t.Positions:
    """Every open position with its mark, profit, small line, and where it is between stop and target."""
    rows = tuple(_position(reading, row) for row in reading.positions)
    return t.Positions(rows, sum((row.unrealised or ZERO for row in rows), ZERO), reading.portfolio.currency)


def _position(reading: Reading, row: Any) -> t.PositionRow:
    found = reading.instruments.get(row.instrument_id)
    bars = reading.bars.get(row.instrument_id)
    spark = spark_of(bars.close_f.tolist()) if bars is not None else None
    notional = row.quantity * row.mark_price
    profit = notional - row.cost
    return t.PositionRow(
        id=row.public_id,
        symbol=pair_told(found.symbol) if found else row.instrument_id,
        base=found.base if found else "",
        venue=(found.venue if found else "").capitalize(),
        bot=reading.bot_names.get(row.bot_id, gettext("By hand")),
        side="short" if row.quantity < 0 else "long",
        quantity=row.quantity,
        notional=notional,
        entry=row.entry_price,
        mark=row.mark_price,
        stop=row.stop_price or None,
        target=row.target_price,
        tick=found.tick if found else Decimal("0.01"),
        step=found.step if found else Decimal("0.0001"),
        unrealised=profit,
        unrealised_pct=pct(profit, abs(row.cost)),
        since=clock.from_ms(row.opened_slot_ms),
        change_pct=spark.change_pct if spark else None,
        spark=spark,
        range=range_of(
            entry=row.entry_price, mark=row.mark_price, stop=row.stop_price or None, target=row.target_price
        ),
    )
