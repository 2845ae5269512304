"""Crash points: each has a registered name, and production lets nobody listen."""

import ast

import pytest

from cryptouniverse.kernel.crashpoints import CRASHPOINTS
from tests.architecture.sources import Source, product

HOME = "cryptouniverse.kernel.crashpoints"
# The crash test is a command of its own: it installs hooks in the processes that it kills, and production imports none
# of it.
PROOF = "trading.execution.crash"
COMMAND = "trading.execution.management.commands.crash_test"


def unregistered(source: Source) -> list[str]:
    """Calls whose name is not a literal of the registry."""
    calls = [node for node in source.nodes if isinstance(node, ast.Call) and _called(node) == "crashpoint"]
    return [f"{source.path}:{call.lineno}" for call in calls if not _is_registered(call)]


def installers(source: Source) -> list[str]:
    """Places of production that reach for `install`, by whatever name."""
    if source.name == HOME or _is_proof(source.name):
        return []
    named = [line for line, name in source.imports() if name == f"{HOME}.install"]
    used = [node.lineno for node in source.nodes if _is_install(node)]
    return [f"{source.path}:{line}" for line in named + used]


def proof_users(source: Source) -> list[str]:
    """Places of production that import the crash test."""
    if _is_proof(source.name) or source.name == COMMAND:
        return []
    return [f"{source.path}:{line}" for line, name in source.imports() if _is_proof(name)]


def _is_proof(name: str) -> bool:
    return name == PROOF or name.startswith(f"{PROOF}.")


def _is_install(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "install" and ast.unparse(node.value) == "crashpoints"


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_registered(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value in CRASHPOINTS


def test_every_crash_point_of_the_product_has_a_registered_name():
    assert [place for source in product() for place in unregistered(source)] == []


def test_production_installs_no_hook():
    assert [place for source in product() for place in installers(source) + proof_users(source)] == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (unregistered, "crashpoint('no.such.place')"),
        (unregistered, "crashpoints.crashpoint(name)"),
        (installers, "from cryptouniverse.kernel.crashpoints import install"),
        (installers, "crashpoints.install(print)"),
        (proof_users, "from trading.execution.crash.plan import Kill"),
        (proof_users, "import trading.execution.crash"),
    ],
)
def test_a_planted_breach_is_caught(find, text):
    assert find(Source("trading/execution/planted.py", text)) == ["trading/execution/planted.py:1"]
