"""Which markets a finder is made for: one, one pair of several venues, three pairs, or a coin with contracts on it.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from cryptouniverse.kernel.contracts import ContractKind
from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _

CONTRACTS_MOST: Final = 20  # on one coin
_PAIRS_MOST: Final = 20  # of a venue, among which triangles are looked for


def same_pair(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not one pair on two venues or more; None where they are."""
    pairs = {(one.base, one.quote) for one in instruments}
    if problem := only_spot(instruments):
        return problem
    if len(pairs) != 1 or len({one.venue for one in instruments}) != len(instruments) or len(instruments) < 2:
        return _("It compares one pair on two exchanges or more: choose the same pair of each.")
    if len({one.simulated for one in instruments}) > 1:
        return _("A simulated market cannot be compared with a real one.")
    return None


def a_triangle(instruments: Sequence[Instrument]) -> str | None:
    """Why these are not three pairs of one venue that lead round three currencies; None where they are."""
    if problem := only_spot(instruments):
        return problem
    bases, quotes = {one.base for one in instruments}, {one.quote for one in instruments}
    one_venue = len({one.venue for one in instruments}) == 1
    pairs = {frozenset((one.base, one.quote)) for one in instruments}
    if one_venue and len(instruments) == len(pairs) == len(bases | quotes) == 3 and len(quotes - bases) == 1:
        return None
    return _("It goes round three pairs of one exchange, such as BTC/USDT, ETH/BTC and ETH/USDT.")


def spot_of(instruments: Sequence[Instrument]) -> Instrument:
    """The one that is no contract."""
    [spot] = [one for one in instruments if one.contract is None]
    return spot


def contracts_of(instruments: Sequence[Instrument]) -> list[Instrument]:
    """Those that are contracts."""
    return [one for one in instruments if one.contract is not None]


def only_spot(instruments: Sequence[Instrument]) -> str | None:
    """Why there is a contract among these; None where there is none."""
    return _("It trades coins and no contracts on them.") if contracts_of(instruments) else None


def covered(instruments: Sequence[Instrument], kind: ContractKind, *, most: int = 1) -> bool:
    """Whether these are a pair of the spot market and from one to `most` contracts of a kind on it."""
    contracts, spots = contracts_of(instruments), [one.id for one in instruments if one.contract is None]
    return (
        len(spots) == 1
        and 1 <= len({one.id for one in contracts}) == len(contracts) <= most
        and all(one.contract is not None and one.contract.kind is kind for one in contracts)
        and {one.underlying for one in contracts} == set(spots)
    )


def one_market(instruments: Sequence[Instrument]) -> str | None:
    """Why this is not a single market; None where it is."""
    return only_spot(instruments) if len(instruments) == 1 else _("It quotes in one market: choose one.")


def each_alone(there: Sequence[Instrument]) -> Iterator[Sequence[Instrument]]:
    """One market each."""
    yield from ((one,) for one in there)


def each_pair(there: Sequence[Instrument]) -> Iterator[Sequence[Instrument]]:
    """Each pair with all of its venues."""
    pairs: dict[tuple[str, str], list[Instrument]] = {}
    for one in there:
        if one.contract is None:
            pairs.setdefault((one.base, one.quote), []).append(one)
    yield from pairs.values()


def each_triangle(there: Sequence[Instrument]) -> Iterator[Sequence[Instrument]]:
    """Three pairs of one venue each."""
    venues: dict[str, list[Instrument]] = {}
    for one in there:
        if one.contract is None:
            venues.setdefault(one.venue, []).append(one)
    for pairs in venues.values():
        yield from combinations(pairs[:_PAIRS_MOST], 3)


def each_contract(there: Sequence[Instrument]) -> Iterator[Sequence[Instrument]]:
    """A coin and one contract on it each."""
    by_id = {one.id: one for one in there}
    yield from ((by_id[one.underlying], one) for one in contracts_of(there) if one.underlying in by_id)


def each_coin(there: Sequence[Instrument]) -> Iterator[Sequence[Instrument]]:
    """A coin and all puts on it each, those that end first before others, as many as go together."""
    by_id, puts = {one.id: one for one in there}, dict[str, list[Instrument]]()
    for one in contracts_of(there):
        if one.contract is not None and one.contract.kind is ContractKind.OPTION and not one.contract.is_call:
            puts.setdefault(one.underlying, []).append(one)
    for name, each in puts.items():
        if name in by_id:
            yield (by_id[name], *sorted(each, key=_end)[:CONTRACTS_MOST])


def _end(one: Instrument) -> tuple[int, str]:
    return (one.contract.expires_ms or 0) if one.contract is not None else 0, one.id
