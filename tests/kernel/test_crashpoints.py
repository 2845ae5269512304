"""Crash points: each has a registered name, and production lets nobody listen."""

import ast

import pytest

from cryptouniverse.kernel import crashpoints
from cryptouniverse.kernel.crashpoints import CRASHPOINTS, crashpoint
from tests.architecture.sources import Source, product

HOME = "cryptouniverse.kernel.crashpoints"


@pytest.fixture
def heard():
    names: list[str] = []
    crashpoints.install(names.append)
    yield names
    crashpoints.install(None)


def unregistered(source: Source) -> list[str]:
    """Calls whose name is not a literal of the registry."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and _called(node) == "crashpoint"]
    return [f"{source.path}:{call.lineno}" for call in calls if not _is_registered(call)]


def installers(source: Source) -> list[str]:
    """Places that reach for `install`, by whatever name."""
    if source.name == HOME:
        return []
    named = [line for line, name in source.imports() if name == f"{HOME}.install"]
    used = [n.lineno for n in ast.walk(source.tree) if ast.unparse(n) == "crashpoints.install"]
    return [f"{source.path}:{line}" for line in named + used]


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_registered(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value in CRASHPOINTS


def test_every_crash_point_of_the_product_has_a_registered_name():
    assert [place for source in product() for place in unregistered(source)] == []


def test_production_installs_no_hook():
    assert [place for source in product() for place in installers(source)] == []
    assert not crashpoints.watched()


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (unregistered, "crashpoint('no.such.place')"),
        (unregistered, "crashpoints.crashpoint(name)"),
        (installers, "from cryptouniverse.kernel.crashpoints import install"),
        (installers, "crashpoints.install(print)"),
    ],
)
def test_a_planted_breach_is_caught(find, text):
    assert find(Source("trading/execution/planted.py", text)) == ["trading/execution/planted.py:1"]


def test_the_hook_hears_each_place_in_turn(heard):
    crashpoint("connect.before")
    crashpoint("body.sent")

    assert heard == ["connect.before", "body.sent"]


def test_without_a_hook_a_place_is_passed_in_silence(heard):
    crashpoints.install(None)
    crashpoint("body.sent")

    assert heard == []
