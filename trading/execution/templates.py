"""Named orders in terms of the market as it is when they are applied. Pure.

Prices are in percent of the last price, the size in the quote currency or in percent of the portfolio's equity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from trading.execution.errors import BadTicket
from trading.execution.tickets import Ticket, bracket_of

PERCENT: Final = Decimal(100)
PLACES: Final = Decimal("0.0001")  # of a percentage
_PRICES: Final = {  # of a ticket -> of a template
    "stop_price": "stop_pct",
    "limit_price": "limit_pct",
    "trigger_price": "trigger_pct",
    "trail_activation_price": "trail_activation_pct",
    "entry_trail_activation_price": "entry_trail_activation_pct",
}
_SAME: Final = (
    "kind", "time_in_force", "entry_trail_bps", "entry_trail_source", "trail_bps", "trail_source", "break_even_after",
    "break_even_bps", "time_stop_candles",
)  # fmt: skip
_NUMBERS: Final = frozenset({"value", "limit", "nearest"})
_PRICE: Final = re.compile(r"\d+(\.\d+)?")
_ANY_COLLAR: Final = 10_000
_SAMPLE_PRICE: Final = Decimal(10_000)  # so that a tick is the last place of a percentage
_SAMPLE: Final = Instrument(
    id="sample:BASE/QUOTE",
    base="BASE",
    quote="QUOTE",
    tick=Decimal("0.01"),
    step=Decimal("0.000001"),
    min_notional=Decimal(0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a template says; a price of -2 lies 2% below the last one.

    size_quote or size_equity_pct: how much is spent. visible_pct: of the size, what an iceberg shows. targets: (price
    in percent, share of the size in percent). All else as a `Ticket` says it.
    """

    kind: str
    stop_pct: Decimal
    size_quote: Decimal | None = None
    size_equity_pct: Decimal | None = None
    limit_pct: Decimal | None = None
    trigger_pct: Decimal | None = None
    time_in_force: str = "GTC"
    visible_pct: Decimal | None = None
    entry_trail_bps: int = 0
    entry_trail_activation_pct: Decimal | None = None
    entry_trail_source: str = "last"
    targets: tuple[tuple[Decimal, Decimal], ...] = ()
    trail_bps: int = 0
    trail_activation_pct: Decimal | None = None
    trail_source: str = "last"
    break_even_after: int = 0
    break_even_bps: int = 0
    time_stop_candles: int = 0

    def as_json(self) -> dict[str, Any]:
        """As plain JSON: numbers as text, without what has its usual value."""
        said: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "targets":
                said |= {"targets": [[f"{price:f}", f"{share:f}"] for price, share in value]} if value else {}
            elif value != each.default:
                said[each.name] = f"{value:f}" if isinstance(value, Decimal) else value
        return said


def read_terms(raw: Mapping[str, Any]) -> Terms:
    """The terms that `as_json` wrote."""
    said: dict[str, Any] = {
        name: Decimal(value) if name.endswith(("_pct", "_quote")) else value for name, value in raw.items()
    }
    targets = tuple((Decimal(price), Decimal(share)) for price, share in said.pop("targets", ()))
    return Terms(**said, targets=targets)


def terms_of(ticket: Ticket, *, price: Decimal, equity: Decimal | None = None) -> Terms:
    """The ticket in terms of the last price. equity: its size is kept in percent of that; without it in quote currency.

    Distances in price become distances in bps, at least one.
    """
    spent = ticket.quantity * _entered_at(ticket, price)
    shares = [(value, part if part is not None else ticket.quantity) for value, part in ticket.targets]
    kept: dict[str, Any] = {name: getattr(ticket, name) for name in _SAME}
    for field, relative in _PRICES.items():
        value = getattr(ticket, field)
        kept[relative] = None if value is None else _relative(value, price)
    for prefix in ("", "entry_"):
        distance = getattr(ticket, f"{prefix}trail_distance")
        if distance is not None:
            bps = (distance / price * PERCENT * PERCENT).to_integral_value(rounding=ROUND_HALF_EVEN)
            kept[f"{prefix}trail_bps"] = max(int(bps), 1)
    size: dict[str, Any] = (
        {"size_quote": spent.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)}
        if equity is None
        else {"size_equity_pct": _places(spent / equity * PERCENT)}
    )
    visible = ticket.visible_quantity
    return Terms(
        **kept,
        **size,
        visible_pct=None if visible is None else _places(visible / ticket.quantity * PERCENT),
        targets=tuple((_relative(value, price), _places(part / ticket.quantity * PERCENT)) for value, part in shares),
    )


def ticket_of(terms: Terms, instrument: Instrument, *, price: Decimal, equity: Decimal) -> Ticket:
    """The terms as a ticket at today's last price: prices on the nearest tick (a limit below), the size rounded down.

    Raises BadTicket for a size that is less than one step, and where no size or two are said.
    """
    prices: dict[str, Any] = {
        field: None if getattr(terms, said) is None else _at(getattr(terms, said), price, instrument, field)
        for field, said in _PRICES.items()
    }
    kept: dict[str, Any] = {name: getattr(terms, name) for name in _SAME}
    bare = Ticket(quantity=Decimal(1), **kept, **prices)
    steps = instrument.steps_down(_spent(terms, equity) / _entered_at(bare, price))
    if steps < 1:
        least = instrument.step * price
        said = _("The size of this template buys nothing here: %(nearest)s at least.")
        raise BadTicket(said, field="size", limit=f"{least:f}", nearest=f"{least:f}")
    visible = None
    if terms.visible_pct is not None:
        visible = instrument.quantity_of(max(_part(steps, terms.visible_pct), 1))
    return Ticket(
        quantity=instrument.quantity_of(steps),
        visible_quantity=visible,
        targets=_targets(terms, instrument, steps, price),
        **kept,
        **prices,
    )


def check_terms(terms: Terms) -> None:
    """Raise BadTicket for terms that contradict themselves, as an order would in a market that stands still."""
    _require_one_size(terms)
    sized = replace(terms, size_quote=_SAMPLE_PRICE, size_equity_pct=None)
    ticket = ticket_of(sized, _SAMPLE, price=_SAMPLE_PRICE, equity=_SAMPLE_PRICE)
    try:
        bracket_of(ticket, _SAMPLE, last=_SAMPLE.ticks_nearest(_SAMPLE_PRICE), collar_bps=_ANY_COLLAR)
    except BadTicket as refused:
        raise BadTicket(refused.message, **_relative_facts(refused.facts)) from None


def _relative_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an order in the sample market is refused with, in the fields of a template."""
    field = str(facts.get("field", ""))
    if field not in _PRICES and field != "target_price":
        return dict(facts)
    prices = {name: Decimal(facts[name]) for name in _NUMBERS & set(facts) if _PRICE.fullmatch(str(facts[name]))}
    told = {name: f"{_relative(price, _SAMPLE_PRICE).normalize():f}" for name, price in prices.items()}
    return {**facts, **told, "field": _PRICES.get(field, "targets")}


def _require_one_size(terms: Terms) -> None:
    sizes = [size for size in (terms.size_quote, terms.size_equity_pct) if size is not None]
    if len(sizes) != 1 or sizes[0] <= 0:
        said = _("A template says its size in one way, above zero: %(field)s or %(limit)s.")
        raise BadTicket(said, field="size_quote", limit="size_equity_pct")


def _targets(
    terms: Terms, instrument: Instrument, steps: int, price: Decimal
) -> tuple[tuple[Decimal, Decimal | None], ...]:
    """Their parts in whole steps; the last one takes what rounding left."""
    made, left = [], steps
    for number, (relative, share) in enumerate(terms.targets, 1):
        part = left if number == len(terms.targets) else min(_part(steps, share), left)
        left -= part
        if part:
            made.append((_at(relative, price, instrument, "target_price"), instrument.quantity_of(part)))
    return tuple(made)


def _spent(terms: Terms, equity: Decimal) -> Decimal:
    return terms.size_quote if terms.size_quote is not None else equity * (terms.size_equity_pct or 0) / PERCENT


def _entered_at(ticket: Ticket, price: Decimal) -> Decimal:
    """The price at which the ticket expects to buy."""
    return ticket.limit_price or ticket.trigger_price or price


def _part(steps: int, pct: Decimal) -> int:
    return int((steps * pct / PERCENT).to_integral_value(rounding=ROUND_DOWN))


def _at(relative: Decimal, price: Decimal, instrument: Instrument, field: str) -> Decimal:
    rounding = ROUND_DOWN if field == "limit_price" else ROUND_HALF_EVEN
    ticks = (price * (PERCENT + relative) / PERCENT / instrument.tick).to_integral_value(rounding=rounding)
    return max(ticks, Decimal(1)) * instrument.tick


def _relative(value: Decimal, price: Decimal) -> Decimal:
    return _places((value - price) / price * PERCENT)


def _places(value: Decimal) -> Decimal:
    return value.quantize(PLACES, rounding=ROUND_HALF_EVEN)
