"""Whether a result may be called validated, and every reason why not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cryptouniverse.kernel.words import gettext_noop as _

TRADES_MIN: Final = 30
DEFLATED_MIN: Final = 0.95
PBO_MAX: Final = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict is made of; None where there is no value, which never speaks for the result.

    trades: closed ones of the best. deflated: its deflated Sharpe. pbo: probability of overfitting. forward: Sharpe of
    the days that walk-forward tested. total, held, chance: return of the best, of buying and holding, and the share of
    random entries that it beats. plateau: whether its neighbours' mean is on its side of zero. simulated: the prices
    are invented. over: whether the search came to its end.
    """

    trades: int
    deflated: float | None
    pbo: float | None
    forward: float | None
    total: float
    held: float | None
    chance: float | None
    plateau: bool | None
    simulated: bool = False
    over: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Something against the result. refuses: it is not validated because of it; else it is worth knowing."""

    code: str
    said: str
    facts: dict[str, Any]
    refuses: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """validated: no reason refuses."""

    validated: bool
    reasons: tuple[Reason, ...]


def judge(evidence: Evidence) -> Verdict:
    """The verdict. Nothing is validated with fewer than TRADES_MIN trades or a deflated Sharpe below DEFLATED_MIN."""
    reasons = tuple(_refusals(evidence) + _remarks(evidence))
    return Verdict(not any(reason.refuses for reason in reasons), reasons)


def _refusals(found: Evidence) -> list[Reason]:
    deflated, pbo, forward = found.deflated, found.pbo, found.forward
    checks: list[tuple[bool, str, str, dict[str, Any]]] = [
        (
            not found.trades >= TRADES_MIN,
            "few_trades",
            _("It closed %(trades)s trades; fewer than %(least)s prove nothing."),
            {"trades": found.trades, "least": TRADES_MIN},
        ),
        (deflated is None, "no_deflated_sharpe", _("There is no deflated Sharpe: its returns do not allow one."), {}),
        (
            deflated is not None and not deflated >= DEFLATED_MIN,
            "deflated_sharpe",
            _("The deflated Sharpe is %(value)s, below %(least)s: among so many trials, chance may have found it."),
            {"value": _short(deflated), "least": DEFLATED_MIN},
        ),
        (
            pbo is not None and not pbo <= PBO_MAX,
            "overfitting",
            _("The probability of overfitting is %(value)s: what is best on one half is mostly among the worse after."),
            {"value": _short(pbo)},
        ),
        (
            forward is not None and not forward > 0,
            "walk_forward",
            _("Chosen on the days before, it lost on the days that followed: Sharpe %(value)s."),
            {"value": _short(forward)},
        ),
        (not found.over, "not_over", _("The search did not come to its end."), {}),
        (found.simulated, "simulated", _("These prices are invented: they prove nothing about a market."), {}),
    ]
    return [Reason(code, said, facts, True) for met, code, said, facts in checks if met]


def _remarks(found: Evidence) -> list[Reason]:
    held, chance = found.held, found.chance
    checks: list[tuple[bool, str, str, dict[str, Any]]] = [
        (
            held is not None and not found.total > held,
            "buy_and_hold",
            _("Buying and holding came to more."),
            {"held": _short(held), "value": _short(found.total)},
        ),
        (
            chance is not None and not chance >= DEFLATED_MIN,
            "random_entries",
            _("It beats %(share)s of random entries with as many trades."),
            {"share": _short(chance)},
        ),
        (found.plateau is False, "needle", _("It stands alone: what is next to it on the grid does not earn."), {}),
        (found.plateau is None, "no_plateau", _("Nothing next to it on the grid was tried."), {}),
        (found.pbo is None, "no_pbo", _("Too few trials or days to say how probable overfitting is."), {}),
        (found.forward is None, "no_walk_forward", _("Walk-forward was not asked for."), {}),
    ]
    return [Reason(code, said, facts, False) for met, code, said, facts in checks if met]


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
