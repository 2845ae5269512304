"""A fraction of what Kelly's formula allows for the bot's own results: nothing where they are no advantage."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.money import floor_to
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk.sizing.types import BILLIONTH, PERCENT, ZERO, Asked, Bounds, Method, Results, Sizing, Unsized


def wants(sizing: Sizing, asked: Asked) -> Decimal | Unsized:
    """Equity times fraction times f*, where f* is the share of equity to hold, `most` percent at most.

    A position that costs `x` gains `g` or loses `l` of it, by the means of what was won and lost: then growth is
    largest at f* = p / l - (1 - p) / g (Kelly 1956, for partial losses). Too few positions: not sized.
    """
    known = asked.results.wins + asked.results.losses
    if known < sizing.whole("trades"):
        limit = said(_("%(positions)s closed positions"), positions=sizing.whole("trades"))
        return Unsized(limit, said(_("%(positions)s closed"), positions=known))
    share = best_share(asked.results)
    if share <= ZERO:
        return Unsized(_("an advantage in the last positions"), said(_("%(share)s of equity"), share=f"{share:.2f}"))
    most = sizing.numbers["most"] / PERCENT
    held = floor_to(min(share * sizing.numbers["fraction"], most), BILLIONTH)
    return max(asked.equity, ZERO) * held


def best_share(results: Results) -> Decimal:
    """f*: below zero where there is no advantage. Without a loss, or without a gain, the side that is known decides."""
    known = results.wins + results.losses
    if not results.losses or not results.lost:
        return Decimal(1) if results.wins else ZERO
    if not results.wins or not results.won:
        return Decimal(-1)
    p = Decimal(results.wins) / known
    gain, loss = results.won / results.wins, results.lost / results.losses
    return p / loss - (1 - p) / gain


METHOD = Method(
    name="kelly",
    words=_("A part of what the bot's own results justify (Kelly)"),
    meaning=_(
        "For bots with a record: what won and lost so far says how much. Without an advantage, nothing is bought."
    ),
    takes={
        "fraction": Bounds(
            Decimal("0.01"),
            Decimal(1),
            usual=Decimal("0.5"),
            words=_("Part of it"),
            meaning=_("1 is all that the formula allows, and swings wildly; a half or less is usual."),
        ),
        "most": Bounds(
            Decimal("0.1"),
            Decimal(100),
            usual=Decimal(20),
            words=_("At most"),
            meaning=_("Of the portfolio's value, whatever the formula says."),
            unit="%",
        ),
        "trades": Bounds(
            Decimal(10),
            Decimal(1_000),
            usual=Decimal(30),
            whole=True,
            words=_("Closed positions looked at"),
            meaning=_("While the bot has closed fewer, nothing is bought."),
        ),
    },
    wants=wants,
    positions=lambda sizing: sizing.whole("trades"),
)
