"""What a person asks for, as an order with all that protects it, in whole ticks and steps. Pure.

Long only: an entry buys (entries.py), its stop and targets sell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeVar

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from trading.execution.entries import KINDS, TAKES, entry_of, sized, trail_of
from trading.execution.errors import BadTicket
from trading.execution.grid import on_grid, steps_of
from trading.fills import Bracket, BracketState, BreakEven, Oco, OrderSpec, Target, Trail, check
from trading.fills.errors import OrderContradicts, OutOfBounds, SharesDoNotAddUp, WrongSide
from trading.fills.orders import SOURCES, TIMES

__all__ = ["KINDS", "SOURCES", "TIMES", "Protection", "Ticket", "bracket_of", "steps_of"]
Targets = tuple[tuple[Decimal, Decimal | None], ...]
_FIELDS: Final = {  # of the fill rules -> of a ticket
    "stop_ticks": "stop_price",
    "limit_ticks": "limit_price",
    "ticks": "target_price",
    "target_ticks": "target_price",
    "target_steps": "target_quantity",
    "steps": "quantity",
    "visible_steps": "visible_quantity",
    "delta_bps": "trail_bps",
    "delta_ticks": "trail_distance",
    "activation_ticks": "trail_activation_price",
    "after_target": "break_even_after",
    "after_bps": "break_even_bps",
    "time_stop_bars": "time_stop_candles",
}
_OF_ENTRIES: Final = {
    "stop_ticks": "trigger_price",
    "delta_bps": "entry_trail_bps",
    "delta_ticks": "entry_trail_distance",
    "activation_ticks": "entry_trail_activation_price",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What protects a position by hand. Prices in the quote currency.

    stop_price: where it is given up. targets: (price, quantity), nearest first; a single one without a quantity closes
    all. trail_bps or trail_distance: the stop follows the best price at this distance, from activation on, by every
    price (last) or by closes alone (close). break_even_after, break_even_bps: the stop moves to the entry plus fees
    after so many targets, or after such a move. time_stop_candles: it is closed after so many.
    """

    stop_price: Decimal
    targets: Targets = ()
    trail_bps: int = 0
    trail_distance: Decimal | None = None
    trail_activation_price: Decimal | None = None
    trail_source: str = "last"
    break_even_after: int = 0
    break_even_bps: int = 0
    time_stop_candles: int = 0

    def as_json(self) -> dict[str, Any]:
        """What it says, as plain JSON: numbers as text, without what has its usual value."""
        said: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "targets":
                said |= {"targets": [[_text(price), _text(part)] for price, part in value]} if value else {}
            elif value != each.default:
                said[each.name] = _text(value) if isinstance(value, Decimal) else value
        return said


@dataclass(frozen=True, slots=True)
class Ticket(Protection):
    """An order by hand, with what protects it. Quantities in base units.

    kind: one of KINDS. trigger_price: of a stop, or of the stop of a pair. visible_quantity: a limit order shows so
    much at a time. entry_trail_bps or entry_trail_distance: bought once the price has risen so far from its lowest,
    counted from when it has fallen to entry_trail_activation_price on.
    """

    kind: str
    quantity: Decimal
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: str = "GTC"
    visible_quantity: Decimal | None = None
    entry_trail_bps: int = 0
    entry_trail_distance: Decimal | None = None
    entry_trail_activation_price: Decimal | None = None
    entry_trail_source: str = "last"


Terms = TypeVar("Terms", bound=Protection)
_AMOUNTS: Final = frozenset(each.name for each in fields(Ticket) if "Decimal" in str(each.type)) - {"targets"}


def read_ticket(raw: Mapping[str, Any]) -> Ticket:
    """The ticket that `as_json` wrote."""
    said: dict[str, Any] = {name: Decimal(value) if name in _AMOUNTS else value for name, value in raw.items()}
    targets = said.pop("targets", ())
    return Ticket(**said, targets=tuple((Decimal(price), Decimal(part) if part else None) for price, part in targets))


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that waits already and goes on as it is. last: where the market was when it began. working: its state,
    as JSON; None: it has met nothing yet.
    """

    entry: OrderSpec | Oco
    last: int
    working: Mapping[str, Any] | None


def bracket_of(
    ticket: Ticket, instrument: Instrument, *, last: int, collar_bps: int, kept: Kept | None = None
) -> Bracket:
    """The ticket as the fill rules take it, checked against a market at `last` ticks.

    kept: its entry, where that waits already; its size may be another. Raises BadTicket for what contradicts itself or
    the market, with the limit and the nearest valid value.
    """
    steps = steps_of(ticket.quantity, instrument)
    if kept is None:
        entry = entry_of(ticket, instrument, steps, last=last, collar_bps=collar_bps)
    else:
        entry, last = sized(kept.entry, steps), kept.last
    with in_units(instrument, _OF_ENTRIES):
        check(entry, last)
    bracket = protected(ticket, entry, instrument, steps)
    with in_units(instrument):
        check(bracket, last)
    return bracket


def protected(wanted: Protection, entry: OrderSpec | Oco, instrument: Instrument, steps: int) -> Bracket:
    """The entry, or what was one, with this protection for `steps` of it; not checked yet, but for the grid.

    Raises BadTicket.
    """
    trail = trail_of(
        "", wanted.trail_bps, wanted.trail_distance, wanted.trail_activation_price, wanted.trail_source, instrument
    )
    even = BreakEven(after_target=wanted.break_even_after, after_bps=wanted.break_even_bps)
    return Bracket(
        entry=entry,
        stop_ticks=on_grid("stop_price", wanted.stop_price, instrument.tick),
        targets=_targets(wanted.targets, instrument, steps),
        trail=trail,
        break_even=even if even != BreakEven() else None,
        time_stop_bars=wanted.time_stop_candles,
    )


@contextmanager
def in_units(instrument: Instrument, names: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """What the fill rules refuse inside, as a BadTicket with the fields of a ticket, in the instrument's units."""
    try:
        yield
    except OrderContradicts as refused:
        raise BadTicket(refused.message, **refused.facts) from None
    except (OutOfBounds, WrongSide, SharesDoNotAddUp) as refused:
        name = str(refused.facts.get("field", "steps"))
        unit = instrument.tick if name.endswith("ticks") else instrument.step if name.endswith("steps") else Decimal(1)
        told = {
            fact: f"{Decimal(refused.facts[fact]) * unit:f}"
            for fact in ("value", "limit", "nearest")
            if isinstance(refused.facts.get(fact), int)
        }
        said = _("%(field)s is %(value)s; the nearest that is valid is %(nearest)s.")
        field = {**_FIELDS, **names}.get(name, name)
        raise BadTicket(said, **{"field": field, "value": "", "nearest": "", **told}) from None


def _targets(wanted: Targets, instrument: Instrument, steps: int) -> tuple[Target, ...]:
    if len(wanted) == 1 and wanted[0][1] is None:
        return (Target(on_grid("target_price", wanted[0][0], instrument.tick), steps),)
    made = []
    for price, quantity in wanted:
        if quantity is None:
            raise BadTicket(_("Of several targets each says its quantity."), field="targets")
        ticks = on_grid("target_price", price, instrument.tick)
        made.append(Target(ticks, on_grid("target_quantity", quantity, instrument.step)))
    return tuple(made)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def changed(before: Terms, changes: Mapping[str, Any]) -> Terms:
    """A ticket or a protection with other terms. What means nothing any more is left out, unless it is said.

    A distance that is said in one way ends the other; without any, its activation and source end too. A ticket of
    another kind keeps of its entry what that kind takes.
    """
    said = dict(changes)
    for prefix in ("", "entry_"):
        bps, distance = f"{prefix}trail_bps", f"{prefix}trail_distance"
        if not hasattr(before, bps):
            continue
        if said.get(bps):
            said.setdefault(distance, None)
        if said.get(distance):
            said.setdefault(bps, 0)
        after = {name: said.get(name, getattr(before, name)) for name in (bps, distance)}
        if not any(after.values()):
            said = {f"{prefix}trail_activation_price": None, f"{prefix}trail_source": "last"} | said
    if isinstance(before, Ticket) and said.get("kind") in TAKES:
        usual = {each.name: each.default for each in fields(Ticket)}
        odd = set().union(*TAKES.values()) - TAKES[said["kind"]]
        said = {name: usual[name] for name in odd} | said
    return replace(before, **said)


def protection_of(spec: Bracket, state: BracketState, instrument: Instrument) -> Protection:
    """What protects a position now: the stop where it stands, and the targets that are left, for what is left."""
    left, targets = state.left, []
    for target in spec.targets[state.hit :]:
        steps = min(target.steps, left)
        left -= steps
        if steps:
            targets.append((instrument.price_of(target.ticks), instrument.quantity_of(steps)))
    trail, even = spec.trail or Trail(), spec.break_even or BreakEven()
    return Protection(
        stop_price=instrument.price_of(state.stop),
        targets=tuple(targets),
        trail_bps=trail.delta_bps,
        trail_distance=instrument.price_of(trail.delta_ticks) if trail.delta_ticks else None,
        trail_activation_price=instrument.price_of(trail.activation_ticks) if trail.activation_ticks else None,
        trail_source=trail.source,
        break_even_after=even.after_target,
        break_even_bps=even.after_bps,
        time_stop_candles=spec.time_stop_bars,
    )
