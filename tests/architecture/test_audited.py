"""A change says what it changed: each record that the code writes has a before or an after."""

import pytest

from tests.architecture.audited import silent_records
from tests.architecture.sources import Source, product


def test_every_record_of_a_change_says_before_or_after():
    assert [line for source in product() for line in silent_records(source)] == []


@pytest.mark.parametrize(
    ("written", "caught"),
    [
        ('audit.record(actor=a, action="cap.moved", object=o)', 1),
        ('record_twice(request, action="user.switched_off", object=o)', 1),
        ('changed(row, "renamed", actor=a)', 1),
        ('record(actor=a, action="cap.moved", object=o, after={})', 0),
        ('record(actor=a, action="session.started", object=o)', 0),
        ("record(**what)", 0),
    ],
)
def test_a_planted_silence_is_caught(written, caught):
    assert len(silent_records(Source("planted.py", written))) == caught
