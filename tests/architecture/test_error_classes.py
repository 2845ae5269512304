"""Errors are stated where the registry finds them, each with a code of its own."""

import ast

from cryptouniverse.api.registry import PACKAGES, error_entries
from cryptouniverse.kernel.errors import registered_errors
from tests.architecture.sources import Source, sources

BASES = {
    "CryptoUniverseError",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "Conflict",
    "Refused",
    "Limited",
    "Unavailable",
    "Malformed",
    "OutcomeUnknown",
}


def error_classes(source: Source) -> list[ast.ClassDef]:
    error_entries()  # loads all of them, so that a class under a class is known as one
    known = BASES | {error.__name__ for error in registered_errors().values()}
    classes = [node for node in source.nodes if isinstance(node, ast.ClassDef)]
    return [c for c in classes if known & {base.id for base in c.bases if isinstance(base, ast.Name)}]


def states_code(error: ast.ClassDef) -> bool:
    targets = [
        t for n in error.body for t in (n.targets if isinstance(n, ast.Assign) else [getattr(n, "target", None)])
    ]
    return any(isinstance(target, ast.Name) and target.id == "code" for target in targets)


def test_errors_are_stated_in_errors_files_where_the_registry_finds_them():
    elsewhere = [source for source in sources(*PACKAGES) if not source.path.endswith("/errors.py")]

    assert [source.path for source in elsewhere if error_classes(source)] == []


def test_every_error_states_a_code_of_its_own():
    classes = [c for source in sources(*PACKAGES) for c in error_classes(source)]
    codes = [entry.code for entry in error_entries()]

    assert [c.name for c in classes if not states_code(c)] == []
    assert len(codes) == len(set(codes)) == len(classes)
