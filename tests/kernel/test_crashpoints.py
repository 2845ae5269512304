"""Crash points: whoever listens hears each place, and nobody listens by itself."""

import pytest

from cryptouniverse.kernel import crashpoints
from cryptouniverse.kernel.crashpoints import crashpoint


@pytest.fixture
def heard():
    names: list[str] = []
    crashpoints.install(names.append)
    yield names
    crashpoints.install(None)


def test_nobody_listens_by_itself():
    assert not crashpoints.watched()


def test_the_hook_hears_each_place_in_turn(heard):
    crashpoint("connect.before")
    crashpoint("body.sent")

    assert heard == ["connect.before", "body.sent"]


def test_without_a_hook_a_place_is_passed_in_silence(heard):
    crashpoints.install(None)
    crashpoint("body.sent")

    assert heard == []
