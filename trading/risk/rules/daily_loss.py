"""The daily loss limit: once the portfolio is down by it since UTC midnight, no new entry that day."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from trading.risk.rule import Rule, Stage
from trading.risk.types import PERCENT, ZERO, Book, Deny, Limits, Proposal, Ruling


def check(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Ruling:
    """Refuse when equity has fallen by `daily_loss_pct_max` or more since the day began; open positions count."""
    if book.day_start_equity <= ZERO:
        return Deny(limit=_("equity above 0"), value=f"{book.day_start_equity:f}")
    loss_pct = (book.day_start_equity - book.equity) / book.day_start_equity * PERCENT
    if loss_pct < limits.daily_loss_pct_max:
        return None
    return Deny(limit=f"{limits.daily_loss_pct_max:f}%", value=f"{loss_pct:.4f}%")


RULE = Rule(
    name="daily_loss",
    stage=Stage.DAY,
    title=_("Daily loss"),
    meaning=_("Nothing is bought any more on a day that has lost too much."),
    check=check,
    limit="daily_loss_pct_max",
)
