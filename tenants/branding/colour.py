"""Colours as browsers compute them: OKLCH to sRGB and back, and WCAG contrast. Pure.

Ottosson 2020 (Oklab), CSS Color 4, WCAG 2.2. What lies outside sRGB is clipped, as browsers do.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

_HEX: Final = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_TO_LMS: Final = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB: Final = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB: Final = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS: Final = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Oklch:
    """lightness 0 to 1, chroma from 0, hue in degrees 0 to 360."""

    lightness: float
    chroma: float
    hue: float

    def linear(self) -> Triple:
        """Linear sRGB, each 0 to 1, clipped."""
        angle = math.radians(self.hue)
        lab = (self.lightness, self.chroma * math.cos(angle), self.chroma * math.sin(angle))
        lms = _times(_FROM_LAB, lab)
        red, green, blue = _times(_FROM_LMS, (lms[0] ** 3, lms[1] ** 3, lms[2] ** 3))
        return (_clipped(red), _clipped(green), _clipped(blue))

    def shown(self) -> tuple[int, int, int]:
        """What a screen is sent: sRGB, 0 to 255."""
        red, green, blue = (round(255 * _encoded(channel)) for channel in self.linear())
        return (red, green, blue)

    def hex(self) -> str:
        """As `#rrggbb`, for what knows no OKLCH: mails and pictures."""
        return "#" + "".join(f"{channel:02x}" for channel in self.shown())


def from_hex(text: str) -> Oklch:
    """`#rrggbb` or `#rgb`, with or without the `#`. Raises ValueError."""
    found = _HEX.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no colour")
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    red, green, blue = (_decoded(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    lms = _times(_TO_LMS, (red, green, blue))
    lightness, a, b = _times(_TO_LAB, (math.cbrt(lms[0]), math.cbrt(lms[1]), math.cbrt(lms[2])))
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def contrast(one: Oklch, other: Oklch) -> float:
    """The WCAG ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Oklch) -> float:
    red, green, blue = (_decoded(channel / 255) for channel in colour.shown())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return (first, second, third)


def _clipped(channel: float) -> float:
    return min(1.0, max(0.0, channel))


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
