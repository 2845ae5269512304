"""From what was sent or stored to a sizing: what is out of bounds is refused with the limit and the nearest value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.errors import BadSizing
from trading.risk.numbers import number_in
from trading.risk.sizing import METHODS, USUAL, Sizing
from trading.risk.sizing.types import Bounds


def read_sizing(sent: Mapping[str, Any]) -> Sizing:
    """The sizing in `sent`; nothing is the usual one: the same risk each time. Raises BadSizing."""
    if not sent:
        return USUAL
    method = METHODS.get(str(sent.get("method")))
    if method is None:
        raise BadSizing(_("The method is one of %(methods)s."), methods=", ".join(METHODS))
    said = {name: value for name, value in sent.items() if value is not None and name != "method"}
    if unknown := sorted(said.keys() - method.takes.keys()):
        raise BadSizing(_("%(method)s has no %(name)s."), method=method.name, name=unknown[0])
    return Sizing(method.name, {name: _number(name, bounds, said.get(name)) for name, bounds in method.takes.items()})


def _number(name: str, bounds: Bounds, sent: Any) -> Decimal:
    if sent is None and bounds.usual is not None:
        return bounds.usual
    number = number_in(sent)
    if number is None:
        raise BadSizing(_("%(name)s is a number, such as %(least)s."), name=name, least=f"{bounds.least:f}")
    if not bounds.least <= number <= bounds.most or (bounds.whole and number % 1):
        nearest = min(max(number, bounds.least), bounds.most)
        facts = {"least": f"{bounds.least:f}", "most": f"{bounds.most:f}"}
        near = f"{nearest.to_integral_value(rounding=ROUND_HALF_EVEN) if bounds.whole else nearest:f}"
        said = _("%(name)s is %(least)s to %(most)s; the nearest is %(nearest)s.")
        if bounds.whole:
            said = _("%(name)s is a whole number of %(least)s to %(most)s; the nearest is %(nearest)s.")
        raise BadSizing(said, name=name, nearest=near, **facts)
    return number
