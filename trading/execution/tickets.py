"""What a person asks for, as an order with all that protects it, in whole ticks and steps. Pure.

Long only: an entry buys, its stop and targets sell. Every entry has a worst price, so that its cash can be set aside: a
market order is a limit order at the collar that fills at once or not at all, a stop becomes a stop-limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Final

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from trading.execution.errors import BadTicket
from trading.fills import Bracket, BreakEven, OrderSpec, Target, Trail, check
from trading.fills.errors import OrderContradicts, OutOfBounds, SharesDoNotAddUp, WrongSide

KINDS: Final = ("market", "limit", "stop", "stop_limit")
TIMES: Final = ("GTC", "IOC", "FOK", "GTX")
BPS: Final = Decimal(10_000)
_FIELDS: Final = {  # of the fill rules -> of a ticket
    "stop_ticks": "stop_price",
    "limit_ticks": "limit_price",
    "ticks": "target_price",
    "target_ticks": "target_price",
    "steps": "quantity",
    "delta_bps": "trail_bps",
    "time_stop_bars": "time_stop_candles",
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order by hand. Prices in the quote currency, quantities in base units.

    kind: one of KINDS. trigger_price: of a stop. stop_price: where the position is given up. targets: (price,
    quantity), nearest first; no quantity: all of it. trail_bps: the stop follows the best price at this distance.
    break_even_after: the stop moves to the entry plus fees after so many targets. time_stop_candles: the position is
    closed after so many.
    """

    kind: str
    quantity: Decimal
    stop_price: Decimal
    limit_price: Decimal | None = None
    trigger_price: Decimal | None = None
    time_in_force: str = "GTC"
    targets: tuple[tuple[Decimal, Decimal | None], ...] = ()
    trail_bps: int = 0
    break_even_after: int = 0
    time_stop_candles: int = 0


def bracket_of(ticket: Ticket, instrument: Instrument, *, last: int, collar_bps: int) -> Bracket:
    """The ticket as the fill rules take it, checked against a market at `last` ticks.

    Raises BadTicket for what contradicts itself or the market, with the limit and the nearest valid value.
    """
    steps = steps_of(ticket.quantity, instrument)
    if len(ticket.targets) == 1 and ticket.targets[0][1] is None:
        targets: tuple[Target, ...] = (Target(_on_grid("target_price", ticket.targets[0][0], instrument.tick), steps),)
    else:
        targets = tuple(_target(price, quantity, instrument) for price, quantity in ticket.targets)
    bracket = Bracket(
        entry=_entry(ticket, instrument, steps, last, collar_bps),
        stop_ticks=_on_grid("stop_price", ticket.stop_price, instrument.tick),
        targets=targets,
        trail=Trail(delta_bps=ticket.trail_bps) if ticket.trail_bps else None,
        break_even=BreakEven(after_target=ticket.break_even_after) if ticket.break_even_after else None,
        time_stop_bars=ticket.time_stop_candles,
    )
    try:
        check(bracket, last)
    except (OutOfBounds, WrongSide, SharesDoNotAddUp) as refused:
        raise _in_units(refused, instrument) from None
    except OrderContradicts as refused:
        raise BadTicket(refused.message, **refused.facts) from None
    return bracket


def steps_of(quantity: Decimal, instrument: Instrument) -> int:
    """A quantity in whole steps. Raises BadTicket with the nearest where it is between two."""
    return _on_grid("quantity", quantity, instrument.step)


def ticks_of(field: str, price: Decimal, instrument: Instrument) -> int:
    """A price in whole ticks. Raises BadTicket with the nearest where it is between two."""
    return _on_grid(field, price, instrument.tick)


def _entry(ticket: Ticket, instrument: Instrument, steps: int, last: int, collar_bps: int) -> OrderSpec:
    most = collared(last, collar_bps)
    if ticket.kind == "market":
        return OrderSpec("limit", 1, steps, limit_ticks=most, time_in_force="IOC")
    if ticket.kind == "limit":
        limit = _price(ticket.limit_price, "limit_price", instrument)
        if limit > most:
            raise _too_dear(instrument, most)
        return OrderSpec("limit", 1, steps, limit_ticks=limit, time_in_force=ticket.time_in_force)
    trigger = _price(ticket.trigger_price, "trigger_price", instrument)
    most = collared(trigger, collar_bps)
    limit = most if ticket.kind == "stop" else _price(ticket.limit_price, "limit_price", instrument)
    if limit > most:
        raise _too_dear(instrument, most)
    return OrderSpec("stop_limit", 1, steps, limit_ticks=limit, stop_ticks=trigger)


def collared(ticks: int, collar_bps: int) -> int:
    """The dearest price that a buyer pays with the market at `ticks`."""
    return max(int((ticks * (BPS + collar_bps) / BPS).to_integral_value(rounding=ROUND_DOWN)), 1)


def _too_dear(instrument: Instrument, most: int) -> BadTicket:
    facts = {
        "field": "limit_price",
        "limit": f"{instrument.price_of(most):f}",
        "nearest": f"{instrument.price_of(most):f}",
    }
    return BadTicket(_("The limit price is too far above the market: %(limit)s at most."), **facts)


def _target(price: Decimal, quantity: Decimal | None, instrument: Instrument) -> Target:
    if quantity is None:
        raise BadTicket(_("Of several targets each says its quantity."), field="targets")
    ticks = _on_grid("target_price", price, instrument.tick)
    return Target(ticks, _on_grid("target_quantity", quantity, instrument.step))


def _price(price: Decimal | None, field: str, instrument: Instrument) -> int:
    if price is None:
        raise BadTicket(_("This kind of order needs %(field)s."), field=field)
    return _on_grid(field, price, instrument.tick)


def _on_grid(field: str, value: Decimal, unit: Decimal) -> int:
    """How many units `value` is; a value between two is refused with the nearest, never rounded in silence."""
    if not value.is_finite() or value <= 0:
        raise BadTicket(_("%(field)s is above zero: at least %(nearest)s."), field=field, nearest=f"{unit:f}")
    units = value / unit
    if units % 1:
        nearest = max(units.to_integral_value(rounding=ROUND_HALF_EVEN), Decimal(1)) * unit
        said = _("%(field)s comes in units of %(limit)s; the nearest is %(nearest)s.")
        raise BadTicket(said, field=field, limit=f"{unit:f}", nearest=f"{nearest:f}")
    return int(units)


def _in_units(refused: OutOfBounds | WrongSide | SharesDoNotAddUp, instrument: Instrument) -> BadTicket:
    name = str(refused.facts.get("field", "steps"))
    unit = instrument.tick if name.endswith("ticks") else instrument.step if name.endswith("steps") else Decimal(1)
    told = {
        fact: f"{Decimal(refused.facts[fact]) * unit:f}"
        for fact in ("value", "limit", "nearest")
        if isinstance(refused.facts.get(fact), int)
    }
    said = _("%(field)s is %(value)s; the nearest that is valid is %(nearest)s.")
    return BadTicket(said, **{"field": _FIELDS.get(name, name), "value": "", "nearest": "", **told})
