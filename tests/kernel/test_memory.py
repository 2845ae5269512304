"""What a process remembers: for some seconds, of a bounded number of keys, and never a refusal."""

import pytest

from cryptouniverse.kernel import memory
from cryptouniverse.kernel.memory import Memory


@pytest.fixture
def moment(monkeypatch):
    """The seconds that have passed, as a list of one."""
    now = [0.0]
    monkeypatch.setattr(memory, "monotonic", lambda: now[0])
    return now


def test_it_is_asked_again_when_its_time_is_over(moment):
    kept, asked = Memory(), iter([None, "new"])

    assert [kept.get("a", lambda: next(asked)) for _ in range(3)] == [None] * 3
    moment[0] = memory.REMEMBERED_S
    assert kept.get("a", lambda: next(asked)) == "new"


def test_a_refusal_is_not_remembered(moment):
    kept = Memory()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)

    assert kept.get("a", lambda: 1) == 1


def test_made_up_keys_do_not_fill_it(moment, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 10)
    kept = Memory()
    for number in range(35):
        kept.put(number, number)

    assert len(kept) <= 10
