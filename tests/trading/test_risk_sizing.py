"""Sizing: each method by hand, none beyond the risk per trade or the allocation, and nonsense sizes nothing."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trading.risk.sizing as package
from tests.trading.test_risk_gate import LIMITS, book, proposal
from trading.risk.errors import BadSizing
from trading.risk.gate import judge
from trading.risk.sizing import METHODS, USUAL, Asked, Measures, Results, Sizing, Unsized, notional_wanted
from trading.risk.sizing.kelly import best_share
from trading.risk.sizing.reading import read_sizing
from trading.risk.types import Approved

ASKED = Asked(
    equity=Decimal(10_000),
    risk_pct=Decimal(100),
    limit_price=Decimal(100),
    loss_per_unit=Decimal(5),
    measures=Measures(atr=Decimal(4), volatility_pct=Decimal(50), candles=99),
    results=Results(wins=20, losses=20, won=Decimal(2), lost=Decimal(1)),
)
BY_HAND = {  # method -> what is said of it, and the notional of it for `ASKED`
    "risk": ({"percent": "1"}, 10_000 * Decimal("0.01") / 5 * 100),
    "fixed": ({"amount": "250"}, 250),
    "percent": ({"percent": "3"}, 300),
    "volatility_target": ({"percent": "10"}, 2_000),  # a tenth of a year's swing at 50% of it
    "atr_risk": ({"percent": "1", "multiple": "2"}, 100 / Decimal(8) * 100),  # 100 at risk, 8 a unit, at 100
    "kelly": ({"most": "100"}, 50_000),  # half of p/l - (1-p)/g = 0.5/0.05 - 0.5/0.1 = 5 (halved: 2.5), at most all
}
numbers = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals("-1000000", "1000000")


def sized(name: str, asked: Asked = ASKED, allocation: str = "0", **said) -> Decimal | Unsized:
    sizing = read_sizing({"method": name, **BY_HAND[name][0], **said})
    return notional_wanted(sizing, asked, allocation=Decimal(allocation))


def test_every_file_is_a_method_and_stands_in_this_test():
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__", "types", "reading"}

    assert files == set(METHODS) == set(BY_HAND)


@pytest.mark.parametrize("name", METHODS)
def test_it_is_as_large_as_computed_by_hand(name):
    expected = min(Decimal(BY_HAND[name][1]), ASKED.equity) if name == "kelly" else Decimal(BY_HAND[name][1])

    assert sized(name) == expected


@pytest.mark.parametrize("name", METHODS)
def test_none_is_larger_than_the_risk_per_trade_or_the_allocation(name):
    careful = replace(ASKED, risk_pct=Decimal("0.05"))  # 5 at the stop: 100 of notional

    assert sized(name, careful) == 100
    assert sized(name, careful, allocation="60") == 60
    assert sized(name, allocation="60") == 60


@pytest.mark.parametrize("name", METHODS)
@given(equity=numbers, price=numbers, loss=numbers, atr=st.none() | numbers, swing=st.none() | numbers)
def test_nonsense_never_sizes_more_than_the_risk_allows(name, equity, price, loss, atr, swing):
    asked = replace(
        ASKED,
        equity=equity if equity.is_finite() else Decimal(0),
        risk_pct=Decimal(2),
        limit_price=price if price.is_finite() and price > 0 else Decimal(1),
        loss_per_unit=loss if loss.is_finite() else Decimal(0),
        measures=Measures(atr=atr, volatility_pct=swing, candles=99),
    )

    wanted = sized(name, asked)

    if not isinstance(wanted, Unsized):
        assert wanted.is_finite()
        at_risk = wanted / asked.limit_price * asked.loss_per_unit
        assert at_risk <= max(asked.equity, 0) * Decimal("0.0200001")


@pytest.mark.parametrize("name", ["volatility_target", "atr_risk"])
@pytest.mark.parametrize("measured", [None, Decimal(0), Decimal("NaN"), Decimal("-1")])
def test_without_movement_to_go_by_nothing_is_bought_and_the_refusal_says_so(name, measured):
    sizing = read_sizing({"method": name, **BY_HAND[name][0]})
    measures = Measures(atr=measured, volatility_pct=measured, candles=7)

    answer = judge(proposal(sizing=sizing, measures=measures), book(), LIMITS)

    assert (answer.rule, answer.value.split("\n")[1]) == ("sizing", "candles=7")


@pytest.mark.parametrize(
    ("results", "share"),
    [
        (Results(20, 20, Decimal(2), Decimal(1)), Decimal(5)),
        (Results(20, 20, Decimal(1), Decimal(2)), Decimal("-5")),
        (Results(10, 30, Decimal(2), Decimal(3)), Decimal("-1.25")),  # 0.25/0.1 - 0.75/0.2
        (Results(40, 0, Decimal(2), Decimal(0)), Decimal(1)),
        (Results(0, 40, Decimal(0), Decimal(2)), Decimal(-1)),
        (Results(0, 0), Decimal(0)),
    ],
)
def test_kelly_by_hand(results, share):
    assert best_share(results) == share


@given(
    wins=st.integers(1, 50),
    losses=st.integers(1, 50),
    gain=st.decimals("0.01", "2", places=3),
    loss=st.decimals("0.01", "1", places=3),
)
def test_kellys_share_grows_fastest(wins, losses, gain, loss):
    """Around f* the mean growth of equity, in logarithms, is no larger: what the formula is for."""
    share = best_share(Results(wins, losses, gain * wins, loss * losses))
    p = Decimal(wins) / (wins + losses)
    edges = (-1 / gain, 1 / loss)  # beyond them one position takes all

    def growth(f: Decimal) -> Decimal:
        return p * (1 + f * gain).ln() + (1 - p) * (1 - f * loss).ln()

    for other in (share * Decimal("0.9"), share * Decimal("1.1")):
        if all(edges[0] < f < edges[1] for f in (share, other)):
            assert growth(other) <= growth(share) + Decimal("1e-20")


@pytest.mark.parametrize("results", [Results(9, 9, Decimal(1), Decimal(1)), Results(20, 20, Decimal(1), Decimal(2))])
def test_kelly_without_enough_positions_or_an_advantage_buys_nothing(results):
    sizing = read_sizing({"method": "kelly"})

    answer = judge(proposal(sizing=sizing, results=results), book(), LIMITS)

    assert answer.rule == "sizing"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_passes_the_gate_and_its_risk_holds(name):
    sizing = read_sizing({"method": name, **BY_HAND[name][0]})
    asked = proposal(sizing=sizing, measures=ASKED.measures, results=ASKED.results, allocation=Decimal(0))

    answer = judge(asked, book(), LIMITS)

    assert isinstance(answer, Approved)
    assert answer.quantity * (answer.limit_price - answer.stop_price) <= 2_000  # 2% of 100,000


@pytest.mark.parametrize(
    ("sent", "nearest"),
    [
        ({"method": "martingale"}, None),
        ({"method": "fixed"}, None),
        ({"method": "fixed", "amount": "0"}, "0.00000001"),
        ({"method": "fixed", "amount": "NaN"}, None),
        ({"method": "fixed", "amount": True}, None),
        ({"method": "fixed", "amount": "5", "percent": "2"}, None),
        ({"method": "percent", "percent": "101"}, "100"),
        ({"method": "kelly", "trades": "9"}, "10"),
        ({"method": "kelly", "trades": "30.5"}, "30"),
        ({"method": "kelly", "fraction": "1.5"}, "1"),
        ({"method": "volatility_target", "percent": "10", "lookback": 5_000}, "500"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_value(sent, nearest):
    with pytest.raises(BadSizing) as refused:
        read_sizing(sent)

    assert refused.value.facts.get("nearest") == nearest


def test_what_was_read_is_told_as_it_can_be_read_again():
    for name, (said, _) in BY_HAND.items():
        sizing = read_sizing({"method": name, **said})
        assert read_sizing(sizing.told()) == sizing
    assert read_sizing({}) == USUAL == Sizing("risk", {"percent": Decimal(0)})
