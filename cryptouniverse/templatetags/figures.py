"""How numbers are written: grouped by commas, a true minus, a sign on every change, an en dash for what is unknown."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cryptouniverse.kernel.context import correlation_id

register = template.Library()

UNKNOWN = "–"
MINUS = "−"


def figure(value: Decimal | int | None, places: int = 2, *, signed: bool = False) -> str:
    """`value` with `places` decimals; signed: with + or − (and nothing before zero)."""
    if value is None:
        return UNKNOWN
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    text = f"{abs(rounded):,f}"
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


def places_of(step: Decimal) -> int:
    """Decimals that a tick or step has: 0.010 has 2, 10 has 0."""
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@register.filter
def money(value: Decimal | None) -> str:
    """Two places."""
    return figure(value, 2)


@register.filter
def whole(value: Decimal | None) -> str:
    """No places."""
    return figure(value, 0)


@register.filter
def share(value: Decimal | None) -> str:
    """A share in percent, one place."""
    return figure(value, 1)


@register.filter
def at(value: Decimal | None, step: Decimal) -> str:
    """As many places as the tick or step has."""
    return figure(value, places_of(step))


@register.filter
def amount(value: Decimal) -> str:
    """As many places as it has, without zeros at the end; two where it has one, as prices are written."""
    places = -int(value.normalize().as_tuple().exponent)
    return figure(value, 0 if places <= 0 else max(2, places))


@register.filter
def plain(value: Decimal | None) -> str:
    """A number for a machine (an attribute): no grouping, no exponent."""
    return "" if value is None else f"{Decimal(value):f}"


@register.simple_tag
def delta(value: Decimal | None, places: int = 2, suffix: str = "") -> SafeString:
    """A change: arrow, sign, figure, then colour. Zero: a dot and no sign; unknown: an en dash."""
    if value is None:
        return format_html('<span class="t3">{}</span>', UNKNOWN)
    text = figure(value, places, signed=True)
    way = "gain" if text[0] == "+" else "loss" if text[0] == MINUS else "flat"
    icon = {"gain": "up", "loss": "down", "flat": "flat"}[way]
    return format_html(
        '<span class="delta is-{}"><svg class="i i-a" aria-hidden="true"><use href="#i-{}"/></svg>'
        '<span class="live">{}{}</span></span>',
        way,
        icon,
        text,
        suffix,
    )


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; words beside it say what it means."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="#i-{}"/></svg>', extra, name)


@register.simple_tag
def reference() -> str:
    """The correlation id of this request: what a person quotes when they ask for help."""
    return correlation_id()


@register.inclusion_tag("desk/problem.html")
def problem(text: str) -> dict[str, Any]:
    """A panel that cannot be shown: what, and what to do next."""
    return {"text": text}
