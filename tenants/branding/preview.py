"""The branding page's preview: a small picture of a page in both themes, in the colours that are being chosen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tenants.branding.contrast import THEMES, Ratio, Theme, colour_of, lowest, ratios
from tenants.branding.selectors import colours_from
from tenants.branding.types import RADIUS_MAX, TINT_MAX, Colours

ROLES: Final = ("bg", "panel", "raised", "line", "edge", "text", "text-2", "accent", "accent-fill", "on-accent",
                "accent-soft", "cat-1", "cat-2", "cat-3")  # fmt: skip
SHOWN: Final = {
    ("text", "bg"): _("Text on the page"),
    ("accent", "panel"): _("Links on a panel"),
    ("on-accent", "accent-fill"): _("Words on the main button"),
    ("accent", "accent-soft"): _("The chosen entry"),
    ("edge", "panel"): _("The edge of a field"),
    ("cat-3", "panel"): _("The palest chart colour"),
}
THEME_NAMES: Final = {"light": gettext_noop("Light"), "dark": gettext_noop("Dark")}


@dataclass(frozen=True, slots=True)
class Side:
    """One theme. paint: role (with _) -> hex. pairs: (what, ratio)."""

    theme: Theme
    name: str
    paint: dict[str, str]
    pairs: list[tuple[str, Ratio]]


@dataclass(frozen=True, slots=True)
class Preview:
    """Both themes, and the pair that is closest to what it needs."""

    colours: Colours
    sides: list[Side]
    lowest: Ratio


def preview_of(colours: Colours) -> Preview:
    """What the colours make of a page."""
    found = {(r.theme, r.front, r.ground): r for r in ratios(colours)}
    sides = [
        Side(
            theme=theme,
            name=THEME_NAMES[theme],
            paint={role.replace("-", "_"): colour_of(role, theme, colours).hex() for role in ROLES},
            pairs=[(str(what), found[theme, front, ground]) for (front, ground), what in SHOWN.items()],
        )
        for theme in THEMES
    ]
    return Preview(colours, sides, lowest(colours))


def colours_typed(colour: str, tint: str, radius: str) -> Colours:
    """The colours of a form that is being filled in: what cannot be read yet is the look's own."""
    own = Colours()
    try:
        wanted = Decimal(tint or own.tint)
        asked = wanted if wanted.is_finite() and 0 <= wanted <= TINT_MAX else own.tint
        round_px = int(radius) if radius.isdigit() and int(radius) <= RADIUS_MAX else own.radius
        return colours_from(colour.strip().lower(), tint=asked, radius=round_px)
    except (ValueError, ArithmeticError):
        return own
