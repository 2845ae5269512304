"""Whether a brand's colours can be read: every pair that a page uses, in both themes, from the tokens themselves.

The roles are read from `static/css/tokens.css`, so that a change there is a change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from django.conf import settings

from tenants.branding.colour import Oklch, contrast
from tenants.branding.types import Colours

Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, Theme]] = ("light", "dark")
TEXT, MARK = 4.5, 3.0
# needed ratio, what is in front, what it stands on
_GROUNDS: Final = "bg panel raised pressed accent-soft gain-soft loss-soft warn-soft"
PAIRS: Final = (
    (TEXT, "text", f"{_GROUNDS} gain-heat-1 gain-heat-2 gain-heat-3 loss-heat-1 loss-heat-2 loss-heat-3"),
    (TEXT, "text-2", _GROUNDS),
    (TEXT, "text-3", "bg panel raised pressed accent-soft"),
    (TEXT, "accent", "bg panel raised accent-soft"),
    (TEXT, "on-accent", "accent-fill accent-over"),
    (TEXT, "gain", "panel raised accent-soft gain-soft"),
    (TEXT, "loss", "panel raised accent-soft loss-soft"),
    (TEXT, "warn", "panel raised warn-soft"),
    (TEXT, "on-fill", "gain-fill loss-fill"),
    (TEXT, "panel", "text"),
    (MARK, "edge", "bg panel raised"),
    (MARK, "accent-fill", "bg panel raised pressed"),
    (MARK, "gain-fill", "panel"),
    (MARK, "loss-fill", "panel"),
    (MARK, "cat-1", "panel"),
    (MARK, "cat-2", "panel"),
    (MARK, "cat-3", "panel"),
    (MARK, "cat-4", "panel"),
    (MARK, "cat-5", "panel"),
)
_ROLE: Final = re.compile(r"--([\w-]+):\s*light-dark\(oklch\((.+?)\),\s*oklch\((.+?)\)\);")
_PART: Final = re.compile(r"calc\(var\(--(\w+)\) \* ([\d.]+)\)|var\(--(\w+)\)|([\d.]+)")
Roles = Mapping[str, Mapping[Theme, str]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How `front` is told from `ground` in `theme`, and the ratio that WCAG asks for."""

    theme: Theme
    front: str
    ground: str
    ratio: float
    needed: float

    @property
    def passes(self) -> bool:
        """As precisely as it is shown: two places, rounded down."""
        return self.ratio >= self.needed


@cache
def roles() -> Roles:
    """Role -> theme -> the text inside `oklch(...)`, as `tokens.css` has them."""
    return roles_in((settings.BASE_DIR / "static/css/tokens.css").read_text())


def roles_in(css: str) -> Roles:
    """The roles of a stylesheet written as `tokens.css` is."""
    return {name: {"light": light, "dark": dark} for name, light, dark in _ROLE.findall(css)}


def colour_of(role: str, theme: Theme, colours: Colours, given: Roles | None = None) -> Oklch:
    """What `role` is in `theme` under a brand's colours."""
    tint = float(colours.tint)
    known = {"h": float(colours.hue), "c": float(colours.chroma), "tl": tint * 0.45, "td": tint}
    parts = [
        known[scaled] * float(factor) if scaled else known[name] if name else float(number)
        for scaled, factor, name, number in _PART.findall((given or roles())[role][theme])
    ]
    return Oklch(*parts[:3])


def ratios(colours: Colours, given: Roles | None = None) -> Iterator[Ratio]:
    """Every pair in both themes."""
    for needed, front, grounds in PAIRS:
        for ground in grounds.split():
            for theme in THEMES:
                found = contrast(colour_of(front, theme, colours, given), colour_of(ground, theme, colours, given))
                yield Ratio(theme, front, ground, found, needed)


def lowest(colours: Colours, given: Roles | None = None) -> Ratio:
    """The pair that comes closest to what it needs, or falls furthest below it."""
    return min(ratios(colours, given), key=lambda pair: pair.ratio / pair.needed)
