"""A desk as its row keeps it: arrays as bytes, int64, least byte first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from cryptouniverse.kernel.market import Instrument, Ints
from strategies.catalog.desk import ORDER
from strategies.catalog.managing import Manager
from strategies.managing.sitting import Sitting

READ: Final = """
    SELECT d.bot_id, d.instrument_id, d.begun_slot_ms, d.problem, d.collar_bps, d.funds, d.cash, d.held, d.cost,
           d.last_number, d.stopped, d.ended, d.width, d.numbers, d.rows, d.state, d.orders, d.waits::text,
           d.heard, d.parts::text, d.off::text
    FROM strategies_managing_desk d
"""


class Row(NamedTuple):
    """The columns of `READ`."""

    bot_pk: int
    instrument_id: str
    begun_slot_ms: int
    problem: str
    collar_bps: int
    funds: int
    cash: int
    held: int
    cost: int
    last_number: int
    stopped: bool
    ended: bool
    width: int
    numbers: bytes
    rows: bytes
    state: bytes
    orders: bytes
    waits: str
    heard: int | None
    parts: str
    off: str


def sitting_of(row: Row, manager: Manager, instrument: Instrument) -> Sitting:
    """The desk at work."""
    return Sitting(
        manager,
        instrument,
        numbers=ints_of(row.numbers),
        table=ints_of(row.rows).reshape(-1, row.width),
        state=ints_of(row.state),
        orders=ints_of(row.orders).reshape(-1, ORDER),
        funds=row.funds,
        collar_bps=row.collar_bps,
        cash=row.cash,
        held=row.held,
        cost=row.cost,
        last_number=row.last_number,
        stopped=row.stopped,
        waits={int(slot): (why[0], why[1], why[2], why[3]) for slot, why in json.loads(row.waits).items()},
        heard=row.heard,
        parts={int(number): (part[0], part[1]) for number, part in json.loads(row.parts).items()},
        off={int(number): (why[0], why[1], why[2], why[3]) for number, why in json.loads(row.off).items()},
    )


def packed(one: Sitting) -> tuple[Any, ...]:
    """Its columns, from collar_bps on."""
    facts = (one.collar_bps, one.funds, one.cash, one.held, one.cost, one.last_number, one.stopped, one.ended)
    arrays = (bytes_of(array) for array in (one.numbers, one.table, one.state, one.orders))
    told = (_told(one.waits), one.heard, _told(one.parts), _told(one.off))
    return *facts, one.table.shape[1], *arrays, *told


def _told(facts: Mapping[int, tuple[Any, ...]]) -> str:
    return json.dumps({str(key): list(value) for key, value in facts.items()})


def ints_of(stored: bytes) -> Ints:
    """Writable int64 of a row's bytes."""
    return np.frombuffer(bytes(stored), dtype="<i8").astype(np.int64)


def bytes_of(array: Ints) -> bytes:
    """The same back."""
    return array.astype("<i8").tobytes()
