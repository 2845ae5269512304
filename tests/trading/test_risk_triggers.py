"""Triggers: each stops at its limit, warns at 80% of it, and nonsense never keeps it quiet."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trading.risk.triggers as package
from trading.ceilings.types import STOPS, Mode
from trading.risk.errors import BadTrigger
from trading.risk.triggers import KINDS, Seen, Standing, Trigger, look
from trading.risk.triggers.reading import read_triggers

CALM = Standing(equity=Decimal(100), equity_peak=Decimal(100), day_start_equity=Decimal(100))
FIELDS = {  # the kind -> what it looks at, as a change that makes it see `x`
    "drawdown": lambda x: {"equity": 100 - x},
    "day_loss": lambda x: {"equity": 100 - x, "equity_peak": Decimal(100)},
    "loss_streak": lambda x: {"losses": int(x)},
    "volatility": lambda x: {"move_pct": x},
    "feed": lambda x: {"feed_age_s": x},
    "venue": lambda x: {"venue_age_s": x},
    "drift": lambda x: {"drift": x},
}
TEN = Decimal(10)


def standing(kind: str, value: object) -> Standing:
    return replace(CALM, **FIELDS[kind](value))


def test_every_file_is_a_trigger_and_stands_in_this_test():
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__", "types", "reading"}

    assert files == set(KINDS) == set(FIELDS)
    assert all("%(value)s" in kind.met and "%(limit)s" in kind.met for kind in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_met_at_its_limit_near_at_80_percent_and_quiet_before(kind):
    trigger = Trigger(kind, TEN)

    def seen(value, warned=()):
        found = look([trigger], standing(kind, Decimal(value)), warned=warned)
        return len(found.met), found.near, len(found.fresh)

    assert seen(10) == (1, [], 0)
    assert seen(11) == (1, [], 0)
    assert seen(9) == seen(8) == (0, [kind], 1)
    assert seen(7) == (0, [], 0)
    assert seen(9, [kind]) == seen(7, [kind]) == (0, [kind], 0)  # warned once, and until it is calm
    assert seen(6, [kind]) == (0, [], 0)


@pytest.mark.parametrize("kind", ["volatility", "feed", "venue", "drift"])
def test_what_is_not_known_neither_stops_nor_warns(kind):
    found = look([Trigger(kind, TEN)], CALM)

    assert (found.met, found.near) == ([], [])


@pytest.mark.parametrize("kind", ["drawdown", "day_loss"])
def test_a_value_that_is_no_number_counts_as_lost(kind):
    found = look([Trigger(kind, TEN)], replace(CALM, equity=Decimal("NaN")))

    assert found.met == [Seen(Trigger(kind, TEN), Decimal(100))]


@pytest.mark.parametrize("kind", ["volatility", "feed", "venue", "drift"])
def test_a_measure_that_is_no_number_counts_as_reached(kind):
    assert look([Trigger(kind, TEN)], standing(kind, Decimal("NaN"))).met


@given(st.lists(st.tuples(st.sampled_from(STOPS), st.integers(1, 100)), min_size=1, max_size=6), st.integers(0, 100))
def test_of_several_the_most_severe_mode_comes_first(set_to, lost):
    triggers = [Trigger("drawdown", Decimal(limit), mode) for mode, limit in set_to]

    found = look(triggers, replace(CALM, equity=Decimal(100 - lost)))

    severities = [seen.trigger.mode.severity for seen in found.met]
    assert severities == sorted(severities, reverse=True)
    assert len(severities) == sum(limit <= lost for _, limit in set_to)


@pytest.mark.parametrize(
    "sent",
    [
        {"trigger": "moon", "limit": "1"},
        {"trigger": "drawdown"},
        {"trigger": "drawdown", "limit": "0"},
        {"trigger": "drawdown", "limit": "-1"},
        {"trigger": "drawdown", "limit": "NaN"},
        {"trigger": "drawdown", "limit": "101"},
        {"trigger": "drawdown", "limit": True},
        {"trigger": "drawdown", "limit": 1.5},
        {"trigger": "drawdown", "limit": "1", "mode": "normal"},
        {"trigger": "drawdown", "limit": "1", "mode": "panic"},
    ],
)
def test_what_cannot_be_is_refused_with_its_number(sent):
    with pytest.raises(BadTrigger) as refused:
        read_triggers([{"trigger": "feed", "limit": "60"}, sent])

    assert refused.value.facts["number"] == 2


def test_what_was_read_is_told_as_it_can_be_read_again():
    sent = [{"trigger": kind, "limit": "2.50", "mode": "flatten"} for kind in KINDS]

    read = read_triggers(sent)

    assert read[0] == Trigger("drawdown", Decimal("2.5"), Mode.FLATTEN)
    assert read_triggers([one.told() for one in read]) == read
