"""U1: whoever owns the database cannot change the audit unseen: 1,000 seeded tamperings, and each kind by name."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from tenants.audit.chain import COLUMNS
from tenants.audit.types import Fault
from tests.tenants.audit_stage import Exported, dice_of, exported, row, with_value

TAMPERINGS = 1_000
_other = {"before": '{"cap": 1}', "after": '{"cap": 1.0}', "actor": "5b1c7c1e-6f3e-4a53-8f8e-111111111111"}


def flip_a_column(audit: Exported, dice: random.Random) -> None:
    """Any column of any record, to another value or to nothing."""
    at, place = dice.randrange(len(audit.rows)), dice.randrange(len(COLUMNS))
    old = audit.rows[at].values[place]
    new = None if old is not None and dice.random() < 0.3 else _other.get(COLUMNS[place], f"{old}0")
    audit.rows[at] = with_value(audit.rows[at], place, new if new != old else f"{old} ")


def flip_a_link(audit: Exported, dice: random.Random) -> None:
    """A column of a link."""
    at = dice.randrange(len(audit.links))
    old = audit.links[at]
    digits = ("0" if old.hash[0] != "0" else "1") + old.hash[1:]
    changes = [{"hash": digits}, {"previous": digits}, {"sealed_at": "1.000000"}, {"sequence": 10_000 + at}]
    audit.links[at] = replace(old, **dice.choice(changes))


def flip_and_hash_anew(audit: Exported, dice: random.Random) -> None:
    """A record, and its own link made to fit."""
    flip_a_column(audit, dice)
    fresh = audit.copy()
    fresh.chain_anew()
    changed = next(i for i, (old, new) in enumerate(zip(audit.links, fresh.links, strict=True)) if old.hash != new.hash)
    audit.links[changed] = fresh.links[changed]


def delete_a_record(audit: Exported, dice: random.Random) -> None:
    del audit.rows[dice.randrange(len(audit.rows))]


def delete_a_record_and_its_link(audit: Exported, dice: random.Random) -> None:
    at = dice.randrange(len(audit.rows))
    del audit.rows[at], audit.links[at]


def delete_and_chain_anew(audit: Exported, dice: random.Random) -> None:
    del audit.rows[dice.randrange(len(audit.rows))]
    audit.chain_anew()


def insert_a_record(audit: Exported, dice: random.Random) -> None:
    audit.rows.append(row(5_000, dice))


def insert_and_chain_anew(audit: Exported, dice: random.Random) -> None:
    audit.rows.insert(dice.randrange(len(audit.rows)), row(5_000, dice))
    audit.chain_anew()


def reorder(audit: Exported, dice: random.Random) -> None:
    """Two records change places."""
    one, other = dice.sample(range(len(audit.links)), 2)
    first, second = audit.links[one], audit.links[other]
    audit.links[one], audit.links[other] = replace(first, row=second.row), replace(second, row=first.row)


def reorder_the_numbers(audit: Exported, dice: random.Random) -> None:
    """Two places change their sequence numbers."""
    one, other = dice.sample(range(len(audit.links)), 2)
    first, second = audit.links[one], audit.links[other]
    audit.links[one] = replace(first, sequence=second.sequence)
    audit.links[other] = replace(second, sequence=first.sequence)


def reorder_and_chain_anew(audit: Exported, dice: random.Random) -> None:
    one, other = dice.sample(range(len(audit.rows)), 2)
    audit.rows[one], audit.rows[other] = audit.rows[other], audit.rows[one]
    audit.chain_anew()


def truncate(audit: Exported, dice: random.Random) -> None:
    """The newest are gone, and what is left is a good chain."""
    keep = dice.randrange(len(audit.rows))
    del audit.rows[keep:], audit.links[keep:]


def rewrite(audit: Exported, dice: random.Random) -> None:
    """The whole chain, computed anew over a changed past."""
    flip_a_column(audit, dice)
    audit.chain_anew()


def forget_a_head(audit: Exported, dice: random.Random) -> None:
    """A chain computed anew, and the heads that would betray it are taken from the store; one must be left."""
    flip_a_column(audit, dice)
    audit.chain_anew()
    del audit.heads[: dice.randrange(len(audit.heads))]


def forge_a_head(audit: Exported, dice: random.Random) -> None:
    """A head with one byte changed."""
    at = dice.randrange(len(audit.heads))
    line = bytearray(audit.heads[at])
    place = dice.randrange(len(line))
    line[place] = line[place] ^ 1
    audit.heads[at] = bytes(line)


KINDS = (
    *(flip_a_column, flip_a_link, flip_and_hash_anew, rewrite, truncate),
    *(delete_a_record, delete_a_record_and_its_link, delete_and_chain_anew, insert_a_record, insert_and_chain_anew),
    *(reorder, reorder_the_numbers, reorder_and_chain_anew, forget_a_head, forge_a_head),
)


def test_what_nobody_touched_holds():
    assert exported().findings() == []


@pytest.mark.prove
def test_a_thousand_of_a_thousand_tamperings_are_found():
    whole, missed = exported(), Counter()
    for seed in range(TAMPERINGS):
        dice, audit, kind = dice_of(seed), whole.copy(), KINDS[seed % len(KINDS)]
        kind(audit, dice)
        missed[kind.__name__] += not audit.findings()

    assert missed.total() == 0 and len(missed) == len(KINDS), missed


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (flip_a_column, Fault.CHANGED),
        (delete_a_record, Fault.MISSING),
        (delete_a_record_and_its_link, Fault.GAP),
        (insert_a_record, Fault.UNCHAINED),
        (reorder, Fault.CHANGED),
        (truncate, Fault.TRUNCATED),
        (rewrite, Fault.REWRITTEN),
        (forge_a_head, Fault.HEAD),
    ],
)
def test_each_tampering_is_called_by_its_name(tamper, fault):
    audit = exported()
    tamper(audit, dice_of(3))

    assert fault in {finding.fault for finding in audit.findings()}


def test_a_flipped_record_is_named():
    audit = exported()
    audit.rows[11] = with_value(audit.rows[11], COLUMNS.index("object_id"), "another")

    assert [(f.fault, f.sequence, f.record) for f in audit.findings()] == [(Fault.CHANGED, 12, audit.rows[11].name)]


def test_without_heads_a_whole_rewrite_would_not_be_seen():
    """Why there are heads: this is what a bare chain misses."""
    audit = exported()
    rewrite(audit, dice_of(1))
    audit.heads.clear()

    assert audit.findings() == []
