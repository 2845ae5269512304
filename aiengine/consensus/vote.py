"""The vote: opinions and a policy in, a ballot out. Pure, exact, in doubt no trade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from aiengine.consensus.types import Ballot, Opinion, Policy, Vote
from cryptouniverse.kernel.market import Side

_PLACES = Decimal("0.000001")
_SIDES = {Vote.BUY: Side.BUY, Vote.SELL: Side.SELL}


def vote(opinions: Sequence[Opinion], policy: Policy) -> Ballot:
    """The panel's ballot under `policy`.

    Valid is a vote with a confidence above 0 and at most 1, by a voter who spoke once. Fewer valid votes than quorum:
    no trade. unanimous: all valid votes name one side, weighted mean confidence >= threshold. weighted: the winning
    side's share of weight x confidence >= threshold, and its weighted mean confidence >= floor. HOLD never trades.
    """
    valid = _valid(opinions)
    if len(valid) < max(policy.quorum, 1):
        return _no_trade(Decimal(0), "below_quorum", valid=len(valid), quorum=policy.quorum)
    weights = [policy.weights.get(opinion.voter, Decimal(1)) for opinion in valid]
    if not all(weight.is_finite() and weight > 0 for weight in weights):
        return _no_trade(Decimal(0), "bad_weights", valid=len(valid), quorum=policy.quorum)
    return (_unanimous if policy.name == "unanimous" else _weighted)(valid, weights, policy)


def for_entry(ballot: Ballot) -> Ballot:
    """The ballot on a proposed long entry: a panel that agrees to sell agrees that it must not be entered."""
    if ballot.side is Side.SELL:
        return _no_trade(ballot.confidence, "against", confidence=ballot.confidence)
    return ballot


def _valid(opinions: Sequence[Opinion]) -> list[Opinion]:
    spoke = Counter(opinion.voter for opinion in opinions)
    return [
        opinion
        for opinion in opinions
        if opinion.vote is not None
        and opinion.confidence is not None
        and opinion.confidence.is_finite()
        and 0 < opinion.confidence <= 1
        and spoke[opinion.voter] == 1
    ]


def _unanimous(valid: list[Opinion], weights: list[Decimal], policy: Policy) -> Ballot:
    mean = _sum(valid, weights) / sum(weights)
    named = {opinion.vote for opinion in valid}
    if len(named) > 1:
        return _no_trade(mean, "not_unanimous", sides=len(named))
    side = _SIDES.get(valid[0].vote or Vote.HOLD)
    if side is None:
        return _no_trade(mean, "all_hold", valid=len(valid))
    if _sum(valid, weights) < policy.threshold * sum(weights):
        return _no_trade(mean, "below_threshold", confidence=_cut(mean), threshold=policy.threshold)
    return Ballot(side, _cut(mean), _coded("unanimous", valid=len(valid), confidence=_cut(mean)))


def _weighted(valid: list[Opinion], weights: list[Decimal], policy: Policy) -> Ballot:
    by_side = {
        side: [(opinion, weight) for opinion, weight in zip(valid, weights, strict=True) if opinion.vote is side]
        for side in Vote
    }
    sums = {side: sum((w * (o.confidence or 0) for o, w in pairs), Decimal(0)) for side, pairs in by_side.items()}
    total, best = sum(sums.values()), max(sums.values())
    share = best / total
    winners = [side for side, amount in sums.items() if amount == best]
    side = _SIDES.get(winners[0]) if len(winners) == 1 else None
    if side is None:
        return _no_trade(share, "all_hold" if winners == [Vote.HOLD] else "tied", valid=len(valid))
    if best < policy.threshold * total:
        return _no_trade(share, "below_share", share=_cut(share), threshold=policy.threshold)
    won = sum((weight for _, weight in by_side[winners[0]]), Decimal(0))
    if best < policy.floor * won:
        return _no_trade(share, "below_floor", confidence=_cut(best / won), floor=policy.floor)
    return Ballot(side, _cut(share), _coded("weighted", valid=len(valid), share=_cut(share)))


def _sum(valid: list[Opinion], weights: list[Decimal]) -> Decimal:
    return sum((w * (o.confidence or 0) for o, w in zip(valid, weights, strict=True)), Decimal(0))


def _cut(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, rounding=ROUND_DOWN)


def _coded(code: str, **facts: object) -> str:
    return f"vote.{code}:" + ",".join(f"{name}={value}" for name, value in facts.items())


def _no_trade(figure: Decimal, code: str, **facts: object) -> Ballot:
    return Ballot(None, _cut(figure), _coded(code, **facts))
