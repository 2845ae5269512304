"""A ticket as the trade page's form shows it: an order that is amended, a template at today's prices, protection."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext

from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.web.trade_forms import BPS_PER_PERCENT, FULL, TicketForm
from trading.execution.tickets import Protection, Ticket

_SHARE = Decimal("0.01")
_PLAIN = (
    "stop_price", "trail_distance", "trail_activation_price", "trail_source", "break_even_after", "time_stop_candles",
)  # fmt: skip
_OF_ENTRY = (
    "kind", "quantity", "limit_price", "trigger_price", "time_in_force", "visible_quantity",
    "entry_trail_activation_price",
)  # fmt: skip


def protection_shown(said: Protection, quantity: Decimal) -> dict[str, str]:
    """The values of the protection's fields, as text; what is not said is left out."""
    shown = {name: _text(getattr(said, name)) for name in _PLAIN}
    shown |= {"trail": _percent(said.trail_bps), "break_even": _percent(said.break_even_bps)}
    for number, (price, part) in enumerate(said.targets[:3], 1):
        name = "" if number == 1 else f"_{number}"
        shown[f"target_price{name}"] = _text(price)
        if part is not None and len(said.targets) > 1:
            share = (part / quantity * FULL).quantize(_SHARE, rounding=ROUND_HALF_EVEN)
            shown[f"target_share{name}"] = "" if number == len(said.targets) else _text(share)
    return {name: text for name, text in shown.items() if text}


def ticket_shown(ticket: Ticket, instrument_id: str) -> dict[str, str]:
    """The values of the ticket's fields, as text."""
    shown = {name: _text(getattr(ticket, name)) for name in _OF_ENTRY}
    shown |= {"instrument": instrument_id, "entry_trail": _percent(ticket.entry_trail_bps)}
    return {**{name: text for name, text in shown.items() if text}, **protection_shown(ticket, ticket.quantity)}


def told_on_page(error: CryptoUniverseError) -> str:
    """What went wrong, with the field called as the page calls it."""
    names = {"trail_bps": "trail", "entry_trail_bps": "entry_trail", "break_even_bps": "break_even"}
    name = str(error.facts.get("field", ""))
    field = TicketForm.base_fields.get(names.get(name, name))
    if field is None or field.label is None:
        return error.sentence(gettext)
    return type(error)(error.message, **{**error.facts, "field": str(field.label)}).sentence(gettext)


def has_more(shown: dict[str, str]) -> bool:
    """Whether anything is said that the form folds away."""
    usual = {"trail_source": "last"}
    folded = {"trail", "trail_distance", "trail_activation_price", "trail_source", "break_even", "break_even_after"}
    folded |= {"time_stop_candles", "target_price_2", "target_price_3"}
    return any(shown.get(name, usual.get(name)) != usual.get(name) for name in folded)


def _percent(bps: int) -> str:
    return _text(Decimal(bps) / BPS_PER_PERCENT) if bps else ""


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if value else ""
