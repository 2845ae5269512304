"""The clients are made of the API as it is, and nobody has changed them by hand."""

import json
import shutil

from cryptouniverse.api.clients import DOCUMENT, FOLDER, MANIFEST, stale


def test_the_clients_are_current():
    assert stale() == [], "run ./cu manage make_clients"


def test_another_api_or_a_changed_client_is_found(tmp_path):
    copy = tmp_path / "clients"
    assert stale(tmp_path) == ["The clients were never made."]
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("node_modules"))
    assert stale(copy) == []

    next((copy / "go").glob("api_*.go")).write_text("package cryptouniverse\n")
    kept = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**kept, DOCUMENT: "of another"}))
    assert len(stale(copy)) == 2
