"""What a venue can do, cell by cell, and how sure we are: only a proven cell may carry money without a person."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields


class Proof(enum.StrEnum):
    """How sure we are of a cell. UNVERIFIED is what nobody has shown, whatever a manual says."""

    PROVEN = "proven"
    ABSENT = "absent"
    UNVERIFIED = "unverified"


class IdsUnique(enum.StrEnum):
    """For how long a venue refuses a client order id that was used before."""

    EVER = "ever"
    OPEN = "open"  # among open orders: a closed order's id is free again
    NOT = "not"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class VenueCapability:
    """One venue's row. client_id_length and client_id_alphabet (a class of a regular expression) say what an id may be.

    window_ms_max: the longest signed validity window, 0 without one. ids_unique: see IdsUnique. trail_bps: the least
    and the most that a trailing order may follow at, in ten-thousandths.
    """

    venue: str
    client_id_on_create: Proof = Proof.UNVERIFIED
    client_id_on_fetch: Proof = Proof.UNVERIFIED
    client_id_form: Proof = Proof.UNVERIFIED
    client_ids_unique: Proof = Proof.UNVERIFIED
    native_stop: Proof = Proof.UNVERIFIED
    oco: Proof = Proof.UNVERIFIED
    trailing: Proof = Proof.UNVERIFIED
    iceberg: Proof = Proof.UNVERIFIED
    post_only: Proof = Proof.UNVERIFIED
    amend: Proof = Proof.UNVERIFIED
    validity_window: Proof = Proof.UNVERIFIED
    user_stream: Proof = Proof.UNVERIFIED
    client_id_length: int = 0
    client_id_alphabet: str = ""
    ids_unique: IdsUnique = IdsUnique.UNKNOWN
    window_ms_max: int = 0
    trail_bps: tuple[int, int] = (0, 0)
    cells: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = tuple(each.name for each in fields(self) if each.init and isinstance(getattr(self, each.name), Proof))
        object.__setattr__(self, "cells", names)


# What the order protocol stands on. The others are conveniences: without them we do it ourselves, or not at all.
NEEDED = (
    "client_id_on_create",
    "client_id_on_fetch",
    "client_id_form",
    "client_ids_unique",
    "native_stop",
    "validity_window",
)


def unverified_cells(capability: VenueCapability) -> tuple[str, ...]:
    """The cells that nobody has shown: any of them bars autonomous live trading on this venue."""
    return tuple(cell for cell in capability.cells if getattr(capability, cell) is Proof.UNVERIFIED)


def barring_cells(capability: VenueCapability) -> tuple[str, ...]:
    """The cells that bar autonomous live trading: every unverified one, and what the protocol needs and is absent."""
    absent = tuple(cell for cell in NEEDED if getattr(capability, cell) is Proof.ABSENT)
    return unverified_cells(capability) + absent
