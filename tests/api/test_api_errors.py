"""Every error is known, documented, and has one code."""

import ast
from pathlib import Path

from django.conf import settings

from cryptouniverse.api.registry import PACKAGES, error_entries, errors_page
from cryptouniverse.kernel.errors import registered_errors
from tests.people import browser

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


def error_classes(file: Path) -> list[ast.ClassDef]:
    classes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]
    known = BASES | {error.__name__ for error in registered_errors().values()}
    return [c for c in classes if known & {base.id for base in c.bases if isinstance(base, ast.Name)}]


def states_code(error: ast.ClassDef) -> bool:
    targets = [
        t for n in error.body for t in (n.targets if isinstance(n, ast.Assign) else [getattr(n, "target", None)])
    ]
    return any(isinstance(target, ast.Name) and target.id == "code" for target in targets)


def our_files() -> list[Path]:
    return [file for package in PACKAGES for file in (settings.BASE_DIR / package).rglob("*.py")]


def test_the_page_of_errors_is_up_to_date():
    written = (settings.BASE_DIR / "docs" / "errors.md").read_text(encoding="utf-8")

    assert written == errors_page(), "run ./cu manage document_errors"


def test_errors_are_stated_in_errors_files_where_the_registry_finds_them():
    assert [str(file) for file in our_files() if file.name != "errors.py" and error_classes(file)] == []


def test_every_error_states_a_code_of_its_own():
    classes = [c for file in our_files() for c in error_classes(file)]
    codes = [entry.code for entry in error_entries()]

    assert [c.name for c in classes if not states_code(c)] == []
    assert len(codes) == len(set(codes)) == len(classes)


def test_every_error_has_a_title_a_meaning_and_a_fitting_status():
    for entry in error_entries():
        domain, _, reason = entry.code.partition(".")
        assert domain and reason and entry.title and entry.meaning, entry
        assert entry.status in {202, 400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429, 500, 503}, entry


def test_a_problems_type_leads_to_a_page_that_explains_it(acme):
    page = browser().get("/problems/idempotency.key_missing")

    assert page.status_code == 200 and b"idempotency.key_missing" in page.content
    assert browser().get("/problems/no.such").status_code == 404
