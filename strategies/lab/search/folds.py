"""How a range is cut to see whether what was chosen on one part holds on another. Pure: everything counts days.

Purging takes out of the training part what overlaps the test (positions that are held across its edge); an embargo
takes out what follows the test besides. López de Prado, Advances in Financial Machine Learning, 2018, chapters 7
and 12.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.lab.errors import BadSearch

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fold:
    """train, test: places of days, rising. paths: for combinatorial splits, the groups that are tested."""

    train: Days
    test: Days
    groups: tuple[int, ...] = ()


def walk_forward(count: int, folds: int, *, anchored: bool = False, purge: int = 0) -> list[Fold]:
    """`folds` tests one after the other, each right after what it was chosen on (less `purge` days).

    The days are cut into folds + 1 parts of equal length, the first being a little longer. anchored: everything before
    a test is trained on; else as much as the first part. Raises BadSearch where a part would be shorter than two days.
    """
    edges = _edges(count, folds + 1)
    first = edges[1]
    return [
        Fold(
            np.arange(0 if anchored else begin - first, begin - purge, dtype=np.int64),
            np.arange(begin, end, dtype=np.int64),
        )
        for begin, end in itertools.pairwise(edges[1:])
        if _fits(first - purge)
    ]


def purged_k_fold(count: int, folds: int, *, purge: int = 0, embargo: int = 0) -> list[Fold]:
    """Every day is tested once; the days around a test are not trained on: `purge` before it, `purge` and `embargo`
    after it.
    """
    return combinatorial(count, folds, 1, purge=purge, embargo=embargo)


def combinatorial(count: int, groups: int, tested: int, *, purge: int = 0, embargo: int = 0) -> list[Fold]:
    """Every way to test `tested` of `groups` parts and train on the rest, in the order of the parts.

    Raises BadSearch where a part, or what is left to train on, would be shorter than two days.
    """
    if not 0 < tested < groups:
        raise BadSearch(_("Of %(groups)s parts, 1 to one less can be tested."), groups=groups)
    edges, found = _edges(count, groups), []
    for chosen in itertools.combinations(range(groups), tested):
        is_test, is_train = np.zeros(count, dtype=np.bool_), np.ones(count, dtype=np.bool_)
        for group in chosen:
            begin, end = edges[group], edges[group + 1]
            is_test[begin:end] = True
            is_train[max(begin - purge, 0) : end + purge + embargo] = False
        if _fits(int(is_train.sum())):
            found.append(Fold(np.flatnonzero(is_train), np.flatnonzero(is_test), chosen))
    return found


def paths(groups: int, tested: int) -> list[list[int]]:
    """The ways through the whole range that combinatorial splits give: for each path, the split that tests each group.

    There are tested / groups · C(groups, tested) of them.
    """
    splits = list(itertools.combinations(range(groups), tested))
    by_group = [[at for at, chosen in enumerate(splits) if group in chosen] for group in range(groups)]
    return [[by_group[group][path] for group in range(groups)] for path in range(math.comb(groups - 1, tested - 1))]


def _edges(count: int, parts: int) -> list[int]:
    if parts < 2 or count < 2 * parts:
        raise BadSearch(
            _("%(days)s days are too few for %(parts)s parts: take a longer range, or fewer folds."),
            days=count,
            parts=parts,
        )
    each = count // parts
    return [0, *range(count - each * (parts - 1), count + 1, each)]


def _fits(days: int) -> bool:
    if days < 2:
        raise BadSearch(_("Nothing is left to train on: take a longer range, or purge less."))
    return True
