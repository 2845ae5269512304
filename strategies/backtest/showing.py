"""A ladder or grid before it starts, as plain JSON and as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from cryptouniverse.kernel.words import Translate, gettext_noop, told
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.desk import BUY, LIMIT, MARKET
from strategies.catalog.managing import Ladder, Manager, quote
from strategies.catalog.settings import plain

_KINDS: Final = {LIMIT: "limit", MARKET: "market"}
_COLUMNS: Final = (
    _("order"),
    _("price"),
    _("size"),
    _("cost"),
    _("all cost"),
    _("average"),
    _("exit"),
    _("needs a rise of"),
    _("profit"),
)


def ladder_as_json(ladder: Ladder, manager: Manager, parameters: Mapping[str, object]) -> dict[str, Any]:
    """Each order with what stands once it has filled, and what all of it needs. Amounts are exact text."""
    one = ladder.start.instrument
    return {
        "strategy": manager.name,
        "parameters": dict(parameters),
        "instrument": one.id,
        "price": plain(one.price_of(ladder.start.ticks)),
        "funds": quote(ladder.start.funds),
        "needed": quote(ladder.needed),
        "fails_at": plain(one.price_of(ladder.fails_ticks)),
        "loss_there": quote(ladder.loss),
        "fails": ladder.fails,
        "notes": [told(note) for note in ladder.notes],
        "orders": [
            {
                "side": "buy" if rung.side == BUY else "sell",
                "kind": _KINDS[rung.kind],
                "price": plain(one.price_of(rung.ticks)),
                "size": plain(one.quantity_of(rung.steps)),
                "cost": quote(rung.cost),
                "all_cost": quote(rung.total),
                "all_size": plain(one.quantity_of(rung.held)),
                "average": f"{rung.average(one):.8f}",
                "exit": plain(one.price_of(rung.exit_ticks)) if rung.exit_ticks else None,
                "bounce": f"{rung.bounce:.6f}" if rung.exit_ticks else None,
                "profit": quote(rung.profit),
            }
            for rung in ladder.rungs
        ],
    }


def ladder_as_text(ladder: Ladder, translate: Translate = gettext_noop) -> str:
    """A table with a row an order, then what it needs and where it fails."""
    one = ladder.start.instrument
    rows = [[translate(word) for word in _COLUMNS]]
    for number, rung in enumerate(ladder.rungs, 1):
        rows.append(
            [
                f"{number} {_KINDS[rung.kind]}",
                plain(one.price_of(rung.ticks)),
                plain(one.quantity_of(rung.steps)),
                _two(rung.cost),
                _two(rung.total),
                f"{rung.average(one):,.4f}",
                plain(one.price_of(rung.exit_ticks)) if rung.exit_ticks else "–",
                f"{rung.bounce:.2%}" if rung.exit_ticks else "–",
                _two(rung.profit) if rung.exit_ticks else "–",
            ]
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    facts = {"quote": one.quote, "needed": _two(ladder.needed), "funds": _two(ladder.start.funds)}
    lines.append(translate(_("It needs up to %(needed)s %(quote)s of %(funds)s.")) % facts)
    facts |= {"price": plain(one.price_of(ladder.fails_ticks)), "loss": _two(ladder.loss)}
    lines.append(translate(_("At %(price)s it is %(loss)s %(quote)s behind.")) % facts)
    return "\n".join([*lines, translate(ladder.fails), *(told(note, translate) for note in ladder.notes)])


def _two(minor: int) -> str:
    return f"{Decimal(quote(minor)):,.2f}"
