"""What each limit is called, what it is for, and its bounds: the one place for services and forms. Pure, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _

PERCENT, SECONDS, BPS, CURRENCY, COUNT = "%", "s", "bps", "currency", ""


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that a portfolio has and that every level above it can lower.

    words: what it is called. meaning: for somebody who has never set one. unit: one of the constants of this module;
    CURRENCY is the portfolio's. least: the smallest value, itself not allowed where `above`. places: decimals, 0 for
    what is counted.
    """

    name: str
    words: str
    meaning: str
    unit: str
    most: Decimal
    least: Decimal = Decimal(0)
    above: bool = False
    places: int = 0


_AMOUNT_MOST = Decimal(10) ** 15
_CAPS = (
    Cap(
        "order_notional_max",
        _("Size of one order"),
        _("No single order costs more. What a bot wants beyond it is cut to size; an order of your own is refused."),
        CURRENCY,
        _AMOUNT_MOST,
        above=True,
        places=18,
    ),
    Cap(
        "position_notional_max",
        _("Held in one instrument"),
        _("All that is held of one instrument, and what is on its way, costs no more. One coin cannot take the rest."),
        CURRENCY,
        _AMOUNT_MOST,
        above=True,
        places=18,
    ),
    Cap(
        "position_pct_max",
        _("Share of one instrument"),
        _("One instrument is no larger a part of the portfolio's value. At 10% one that goes to zero costs a tenth."),
        PERCENT,
        Decimal(100),
        above=True,
        places=4,
    ),
    Cap(
        "risk_per_trade_pct",
        _("Risk of one trade"),
        _("What one trade may lose when its stop is met, of the portfolio's value. Many people take 1 to 2%."),
        PERCENT,
        Decimal(100),
        above=True,
        places=4,
    ),
    Cap(
        "daily_loss_pct_max",
        _("Loss of one day"),
        _("Once a day (UTC) has lost this part of its first value, nothing more is bought that day. Exits go on."),
        PERCENT,
        Decimal(100),
        above=True,
        places=4,
    ),
    Cap(
        "open_positions_max",
        _("Open positions"),
        _("No more positions are open at once. At 0 nothing is opened."),
        COUNT,
        Decimal(10_000),
    ),
    Cap(
        "quote_age_s_max",
        _("Age of the price"),
        _("Nothing is bought at an older price: the market may have moved on since."),
        SECONDS,
        Decimal(86_400),
        least=Decimal(1),
    ),
    Cap(
        "collar_bps",
        _("Distance of the worst price"),
        _("An entry pays at most this much more than the last price, or does not happen. 100 bps are 1%."),
        BPS,
        Decimal(10_000),
    ),
)
CAP_OF: Final = {cap.name: cap for cap in _CAPS}
WHITELIST_WORDS: Final = _("Allowed instruments")
WHITELIST_MEANING: Final = _("Only these are bought, one to a line or with commas between. Empty: all may be.")
WHITELIST_MOST: Final = 200
