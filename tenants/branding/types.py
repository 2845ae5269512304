"""What a brand is. Pure, no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

NAME_MAX: Final = 60
SHORT_NAME_MAX: Final = 20
LEGAL_MAX: Final = 200_000
PRICES_MAX: Final = 20
CHROMA_MAX: Final = Decimal("0.16")
TINT_MAX: Final = Decimal("0.02")
RADIUS_MAX: Final = 10
PLATFORM_NAME: Final = "CryptoUniverse"


class LegalKind(enum.StrEnum):
    """The texts that a tenant may publish."""

    TERMS = "terms"
    PRIVACY = "privacy"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Colours:
    """The four variables of the look. hue: degrees. chroma: 0 to 0.16. tint: 0 to 0.02. radius: px, 0 to 10."""

    hue: Decimal = Decimal(256)
    chroma: Decimal = Decimal("0.135")
    tint: Decimal = Decimal("0.014")
    radius: int = 6


@dataclass(frozen=True, slots=True)
class Pack:
    """So many credits for so much. currency: such as USD."""

    credits: Decimal
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Brand:
    """How a tenant shows itself.

    name: empty where there is no tenant. white_label: the platform is not named anywhere. version: rises with each
    change. colour: the hex that was chosen, empty for the look's own. logo: file name of the logo, empty without one.
    legal: kinds that are published. packs: what credits cost here, the smallest first.
    """

    name: str
    short_name: str
    white_label: bool = False
    version: int = 0
    colour: str = ""
    colours: Colours = Colours()
    logo: str = ""
    sender_name: str = ""
    sender_address: str = ""
    support_address: str = ""
    legal: tuple[str, ...] = ()
    packs: tuple[Pack, ...] = ()

    @property
    def is_coloured(self) -> bool:
        """Whether a stylesheet of its own is needed."""
        return self.colours != Colours()


PLATFORM: Final = Brand(name=PLATFORM_NAME, short_name=PLATFORM_NAME)
NEUTRAL: Final = Brand(name="", short_name="", white_label=True)
