"""What every rule of the gate must keep to, asked of it in situations that are made up from the types it is given."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final, get_type_hints
from uuid import UUID

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cryptouniverse.kernel.words import told
from tests.trading.desk import BTC, ETH
from tests.trading.test_risk_gate import LIMITS, book, proposal
from trading.ceilings.types import Ceiling, Level, Mode
from trading.connections.types import RealMoney, Yes
from trading.risk.gate import judge
from trading.risk.levels import strictest
from trading.risk.prices import limit_price_of
from trading.risk.protections import Closed, Protection
from trading.risk.rule import Rule, Stage
from trading.risk.types import Approved, AtMost, Book, Deny, Limits, Proposal

SOME: Final = 800
TEXT_MAX: Final = 200  # what a decision's record holds of a limit or a value
NO_PRICES: Final = tuple(map(Decimal, ("NaN", "Infinity", "-Infinity", "0", "-1")))
NO_AGES: Final = tuple(map(Decimal, ("NaN", "Infinity", "1E+9")))
NAMES: Final = (BTC.id, ETH.id)
_AMOUNTS = st.decimals(0, 200_000, places=2) | st.decimals(0, 100, places=2)
_SIGNED = _AMOUNTS | st.decimals(-1_000, 0, places=2)
_COOLDOWN = Protection("CooldownPeriod", stop_duration_candles=5)
_CLOSED = st.builds(Closed, st.sampled_from(NAMES), st.integers(0, 200), st.decimals(-1, 1, places=2), st.booleans())
_REAL = st.builds(
    RealMoney, st.sampled_from(("binance", "kraken")), st.lists(st.sampled_from(Yes), max_size=2).map(tuple)
)
_KINDS: Final[dict[Any, st.SearchStrategy[Any]]] = {  # type of a field -> what may stand in it
    Decimal: _AMOUNTS,
    Decimal | None: st.none(),
    Mode: st.sampled_from(Mode),
    bool: st.booleans(),
    int: st.integers(0, 200),
    frozenset[str] | None: st.none() | st.frozensets(st.sampled_from(NAMES), min_size=1),
    tuple[Protection, ...]: st.sampled_from([(), (_COOLDOWN,)]),
    dict[str, Decimal]: st.dictionaries(st.sampled_from(NAMES), _AMOUNTS),
    RealMoney | None: st.none() | _REAL,
    UUID | None: st.just(UUID(int=1)),
}
_NAMED: Final[dict[str, st.SearchStrategy[Any]]] = {  # field -> what may stand in it, where its type does not say it
    "instrument": st.sampled_from((BTC, ETH)),
    "price": st.decimals("0.01", 90_000, places=2),
    "price_age_s": st.decimals(0, 20, places=1),
    "candle_ms": st.integers(1, 200),
    "closed": st.lists(_CLOSED, max_size=3),
    "equity": _SIGNED,
    "day_start_equity": _SIGNED,
    "cash_free": _SIGNED,
    "potential": _SIGNED,
}
_USUAL: Final = (proposal(), book(), LIMITS)
_LEFT: Final = {"sizing", "measures", "results", "levels"}  # what no rule looks at


@dataclass(frozen=True)
class Situation:
    """What a rule is asked: an entry, where its portfolio stands, and the limits."""

    proposal: Proposal
    book: Book
    limits: Limits

    def ask(self, rule: Rule, limit_price: Decimal | None = None) -> Any:
        """The rule's answer; limit_price: another worst price than the proposal's."""
        worst = limit_price_of(self.proposal, self.limits) if limit_price is None else limit_price
        return rule.check(self.proposal, self.book, self.limits, worst)


def _fields(kind: type[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """What may stand in a dataclass, whatever fields it is given later: of a new type, say in _KINDS what it may be."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind) if each.name not in _LEFT]
    return {name: _NAMED[name] if name in _NAMED else _KINDS[hints[name]] for name in names}


@st.composite
def _made(draw: st.DrawFn) -> Situation:
    """Anything at all; or the usual, in which all is allowed, but for a field or two."""
    parts: list[Any] = [deepcopy(part) for part in _USUAL]
    anything = draw(st.booleans())
    for place, part in enumerate(parts):
        known = _fields(type(part))
        names = list(known) if anything else draw(st.lists(st.sampled_from(sorted(known)), max_size=1))
        parts[place] = replace(part, **{name: draw(known[name]) for name in names})
    return Situation(*parts)


@cache
def situations() -> tuple[Situation, ...]:
    """Some hundreds of them, drawn once and the same in every run."""
    drawn = []

    @settings(max_examples=SOME, derandomize=True, database=None, phases=(Phase.generate,), deadline=None)
    @given(_made())
    def keep(situation: Situation) -> None:
        drawn.append(situation)

    keep()
    return tuple(drawn)


def allowance(answer: Any) -> Decimal:
    """The notional that an answer lets through."""
    if answer is None:
        return Decimal("Infinity")
    return Decimal(0) if isinstance(answer, Deny) else answer.notional


def says_what_it_is(rule: Rule) -> None:
    """A title and a sentence for people, a stage, and a limit that there is."""
    assert 0 < len(rule.title) <= 40
    assert len(rule.meaning) > len(rule.title) and rule.meaning.endswith(".")
    assert isinstance(rule.stage, Stage)
    assert rule.limit in {"", *(each.name for each in fields(Limits))}


def binds_and_lets_through(rule: Rule) -> None:
    """There are situations in which it holds something back, and such in which it does not hold back everything."""
    answers = [situation.ask(rule) for situation in situations()]
    seen = {answer is not None and "binds" for answer in answers}
    seen |= {allowance(answer) > 0 and "lets through" for answer in answers}
    assert {"binds", "lets through"} <= seen


def answers_the_same_again(rule: Rule, situation: Situation) -> None:
    """Asked twice it says the same, and it leaves alone what it looks at."""
    asked = deepcopy(situation)
    assert _plain(asked.ask(rule)) == _plain(asked.ask(rule))
    assert asked == situation


def says_limit_and_value(rule: Rule, situation: Situation) -> None:
    """What it holds back it explains: what its limit is and what it met, each in words that fit the record."""
    answer = situation.ask(rule)
    assert answer is None or isinstance(answer, (AtMost, Deny))
    if answer is not None:
        for text in _plain(answer)[1:]:
            assert 0 < len(text) <= TEXT_MAX
            assert told(text).strip() and "%(" not in told(text)


def reduces_to_an_amount(rule: Rule, situation: Situation) -> None:
    """A reduction is to a finite amount, at least zero."""
    answer = situation.ask(rule)
    if isinstance(answer, AtMost):
        assert answer.notional.is_finite() and answer.notional >= 0


def lets_no_more_through_at_no_price(rule: Rule, situation: Situation) -> None:
    """A price that is none, or stale, raises nothing and opens nothing."""
    most = allowance(situation.ask(rule))
    for price in NO_PRICES:
        asked = replace(situation, proposal=replace(situation.proposal, price=price))
        assert allowance(asked.ask(rule, Decimal(0))) <= most
        assert allowance(asked.ask(rule, price)) <= most
    for age in NO_AGES:
        asked = replace(situation, proposal=replace(situation.proposal, price_age_s=age))
        assert allowance(asked.ask(rule)) <= most


def lets_no_more_through_where_its_limit_is_stricter(rule: Rule, situation: Situation) -> None:
    """A level that says less never allows more."""
    if not rule.limit:
        return
    stricter = replace(situation, limits=_stricter(situation.limits, rule.limit))
    assert allowance(stricter.ask(rule)) <= allowance(situation.ask(rule))


def is_kept_to_by_the_gate(rule: Rule, situation: Situation) -> None:
    """What the gate approves is no larger than wished, nor than this rule allows."""
    answer = judge(situation.proposal, situation.book, situation.limits)
    if isinstance(answer, Approved):
        assert answer.quantity <= answer.wanted_quantity
        assert answer.quantity * answer.limit_price <= allowance(situation.ask(rule))


STATED: Final = (says_what_it_is, binds_and_lets_through)
ASKED: Final = (
    answers_the_same_again,
    says_limit_and_value,
    reduces_to_an_amount,
    lets_no_more_through_at_no_price,
    lets_no_more_through_where_its_limit_is_stricter,
    is_kept_to_by_the_gate,
)


def _stricter(limits: Limits, name: str) -> Limits:
    said = getattr(limits, name)
    if name == "mode":
        return strictest(limits, [Ceiling(Level.USER, mode=Mode.FREEZE)])
    if name == "whitelist":
        return strictest(limits, [Ceiling(Level.USER, whitelist=frozenset({ETH.id}))])
    return replace(limits, **{name: said // 2 if isinstance(said, int) else said / 2})


def _plain(answer: Any) -> tuple[Any, ...]:
    """An answer with its words made."""
    if answer is None:
        return (None,)
    words = (text if isinstance(text, str) else text() for text in (answer.limit, answer.value))
    return allowance(answer), *words
