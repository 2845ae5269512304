"""The one gate that every entry passes: all rules are asked, the strictest wins, and a refusal says what it met."""

from __future__ import annotations

from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import said
from trading.risk import prices
from trading.risk.registry import all_rules
from trading.risk.rules.cash import PPM
from trading.risk.sizing import Asked, Unsized, notional_wanted
from trading.risk.types import ZERO, Approved, AtMost, Book, Deny, Limits, Proposal, Refusal

_UNBOUND = ("", "", "", "")


def judge(proposal: Proposal, book: Book, limits: Limits) -> Approved | Refusal:
    """Size `proposal` and ask every rule. Does not move `book`: call `book.reserve` with an approval.

    The quantity is rounded down to the step and rechecked against the venue's minimum after rounding. Where a rule left
    less than that minimum of what would have been enough, it is that rule that refuses.
    """
    usable = proposal.price.is_finite() and proposal.price > ZERO
    limit_price = prices.limit_price_of(proposal, limits) if usable else ZERO
    sized = _sized(proposal, book, limits, limit_price) if usable else ZERO
    wanted = ZERO if isinstance(sized, Unsized) else sized
    wanted_quantity = _quantity(proposal, wanted, limit_price)
    allowed = wanted
    reducing: tuple[str, AtMost] | None = None
    for name, rule in all_rules().items():
        ruling = rule.check(proposal, book, limits, limit_price)
        if ruling is None:
            continue
        if isinstance(ruling, Deny):
            return Refusal(proposal, name, ruling.limit, ruling.value, wanted_quantity, _level(limits, name))
        if ruling.notional < allowed:
            allowed, reducing = ruling.notional, (name, ruling)
    if isinstance(sized, Unsized):
        return Refusal(proposal, "sizing", sized.limit, sized.value)
    binding = _UNBOUND if reducing is None else _binding(limits, *reducing)
    return _approve(proposal, wanted_quantity, limit_price, allowed, binding)


def _binding(limits: Limits, rule: str, ruling: AtMost) -> tuple[str, str, str, str]:
    limit, value = (text if isinstance(text, str) else text() for text in (ruling.limit, ruling.value))
    return rule, limit, value, _level(limits, rule)


def _sized(proposal: Proposal, book: Book, limits: Limits, limit_price: Decimal) -> Decimal | Unsized:
    asked = Asked(
        equity=book.equity,
        risk_pct=limits.risk_per_trade_pct,
        limit_price=limit_price,
        loss_per_unit=limit_price - prices.stop_price_of(proposal),
        measures=proposal.measures,
        results=proposal.results,
    )
    return notional_wanted(proposal.sizing, asked, allocation=proposal.allocation)


def _approve(
    proposal: Proposal, wanted: Decimal, limit_price: Decimal, allowed: Decimal, binding: tuple[str, str, str, str]
) -> Approved | Refusal:
    quantity = _quantity(proposal, allowed, limit_price)
    notional = quantity * limit_price
    smallest = proposal.instrument.min_notional
    if notional < smallest or quantity <= ZERO:
        if binding is not _UNBOUND and ZERO < smallest <= wanted * limit_price:
            return Refusal(proposal, binding[0], binding[1], binding[2], wanted, binding[3])
        least = said(_("at least %(notional)s"), notional=f"{smallest:f}")
        return Refusal(proposal, "min_notional", least, f"{notional:.8f}", wanted)
    if quantity == wanted:
        binding = _UNBOUND
    return Approved(
        proposal=proposal,
        quantity=quantity,
        wanted_quantity=wanted,
        limit_price=limit_price,
        stop_price=prices.stop_price_of(proposal),
        target_price=prices.target_price_of(proposal),
        reserved=_rounded_up(notional * proposal.margin) if proposal.margin else _with_fee(notional, proposal.fee_ppm),
        rule=binding[0],
        limit=binding[1],
        value=binding[2],
        level=binding[3],
    )


def _level(limits: Limits, rule: str) -> str:
    """Whose limit a rule held against; "" for the portfolio's own, and for what is no limit."""
    return str(limits.levels.get(all_rules()[rule].limit, ""))


def _quantity(proposal: Proposal, notional: Decimal, limit_price: Decimal) -> Decimal:
    if limit_price <= ZERO or notional <= ZERO:
        return ZERO
    return proposal.instrument.quantity_of(proposal.instrument.steps_down(notional / limit_price))


def _with_fee(notional: Decimal, fee_ppm: int) -> Decimal:
    return notional + _rounded_up(notional * fee_ppm / PPM)


def _rounded_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.00000001"), rounding="ROUND_UP")
