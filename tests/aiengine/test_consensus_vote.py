"""The vote: policies `unanimous` and `weighted`, quorum, and in doubt no trade."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiengine.consensus.types import UNANIMOUS, WEIGHTED, Opinion, Policy, Vote
from aiengine.consensus.vote import for_entry, vote
from cryptouniverse.kernel.market import Side


def panel(text):
    """Opinions as text: "BUY .9, HOLD .3, -" where "-" abstains; voters are named a, b, c ..."""
    spoken = [part.split() for part in text.split(",")]
    return [
        Opinion(voter, "ai", None, None, "")
        if words == ["-"]
        else Opinion(voter, "ai", Vote[words[0]], Decimal(words[1]), "")
        for voter, words in zip("abcdef", spoken, strict=False)
    ]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("BUY .9, BUY .85, BUY .8", Side.BUY),
        ("SELL .9, SELL .9", Side.SELL),
        ("BUY .9, BUY .8, -", Side.BUY),  # one provider down, the other two agree
        ("BUY .85, BUY .849999", None),
        ("BUY .99, BUY .99, HOLD .3", None),
        ("BUY .99, SELL .99", None),
        ("BUY .99, -, -", None),
        ("HOLD .99, HOLD .99, HOLD .99", None),
        ("-, -, -", None),
        ("BUY 0, BUY .99", None),  # no confidence is no vote, and one vote is no quorum
        ("BUY 1, BUY 1.01", None),
        ("BUY .99, BUY NaN, BUY Infinity", None),
    ],
)
def test_unanimous_acts_when_all_valid_votes_agree_and_are_sure(text, side):
    assert vote(panel(text), UNANIMOUS).side is side


@pytest.mark.parametrize(
    ("text", "side", "share"),
    [
        ("BUY .9, BUY .8, HOLD .3", Side.BUY, "0.85"),
        ("BUY .9, BUY .8, HOLD .31", None, "0.845771"),
        ("BUY .9, BUY .8, -", Side.BUY, "1"),
        ("BUY .9, -, -", None, "0"),
        ("HOLD .9, HOLD .9, HOLD .9", None, "1"),
        ("BUY .5, SELL .5", None, "0.5"),
        ("BUY .49, BUY .5, -", None, "1"),  # agreed, but not sure of it: the floor
        ("BUY 0, BUY .9, HOLD .1", Side.BUY, "0.9"),
        ("BUY 0, BUY .9, -", None, "0"),
    ],
)
def test_weighted_acts_on_a_share_of_the_confidence(text, side, share):
    ballot = vote(panel(text), WEIGHTED)

    assert (ballot.side, ballot.confidence) == (side, Decimal(share))


def test_two_of_two_acts_only_where_the_policy_allows_it():
    one_down = panel("BUY .9, BUY .9, -")

    for name in ("unanimous", "weighted"):
        assert vote(one_down, Policy(name=name)).side is Side.BUY
        assert vote(one_down, Policy(name=name, quorum=3)).side is None


def test_weights_move_the_mean_and_the_share():
    split = panel("BUY .95, BUY .7")

    assert vote(split, UNANIMOUS).side is None
    assert vote(split, Policy(name="unanimous", weights={"a": Decimal(3)})).side is Side.BUY
    assert vote(panel("BUY .9, SELL .9"), Policy(name="weighted", weights={"a": Decimal(9)})).side is Side.BUY


@pytest.mark.parametrize("weight", ["0", "-1", "NaN", "Infinity"])
def test_a_weight_that_is_not_above_zero_stops_the_vote(weight):
    assert vote(panel("BUY .9, BUY .9"), Policy(name="unanimous", weights={"a": Decimal(weight)})).side is None


def test_a_voter_who_speaks_twice_is_not_counted():
    stuffed = [Opinion("a", "ai", Vote.BUY, Decimal("0.9"), "")] * 3

    assert vote(stuffed, UNANIMOUS).side is None and vote(stuffed, WEIGHTED).side is None


def test_an_entry_is_never_opened_by_votes_to_sell():
    assert for_entry(vote(panel("SELL .9, SELL .9"), UNANIMOUS)).side is None


OPINIONS = st.lists(
    st.tuples(
        st.sampled_from("abcde"), st.sampled_from([*Vote, None]), st.decimals("0", "1", places=2, allow_nan=False)
    ),
    max_size=6,
)


@given(OPINIONS, st.sampled_from([UNANIMOUS, WEIGHTED]))
def test_the_order_of_the_votes_does_not_matter(spoken, policy):
    opinions = [Opinion(voter, "ai", side, confidence, "") for voter, side, confidence in spoken]

    assert vote(opinions, policy) == vote(opinions[::-1], policy)


@given(OPINIONS)
def test_what_is_traded_is_backed_by_a_quorum_for_that_side_alone(spoken):
    opinions = [Opinion(voter, "ai", side, confidence, "") for voter, side, confidence in spoken]
    ballot = vote(opinions, UNANIMOUS)

    voters = [o.voter for o in opinions]
    valid = [o for o in opinions if o.vote and o.confidence > 0 and voters.count(o.voter) == 1]
    if ballot.side is not None:
        assert {o.vote.value for o in valid} == {ballot.side.value} and len(valid) >= 2
        assert sum(o.confidence for o in valid) >= Decimal("0.85") * len(valid)


def test_every_pair_of_sides_is_decided_as_the_rule_says():
    for one, other in product(Vote, Vote):
        traded = vote(panel(f"{one.name} .9, {other.name} .9"), UNANIMOUS).side
        assert traded == (Side(one.value) if one is other is not Vote.HOLD else None)
