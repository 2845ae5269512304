"""Every package has its reason, and the locks hold what was asked for."""

import re

import pytest

from cryptouniverse.stack.home import PROJECT

LOCKS = ["requirements", "requirements-dev", "requirements-bootstrap"]


def direct(name: str) -> dict[str, str]:
    """Package -> pinned version or "" out of a `.in` file."""
    lines = (PROJECT / f"{name}.in").read_text().splitlines()
    found = [re.match(r"([A-Za-z][\w.-]*)(?:\[.*\])?(?:==(\S+))?", line) for line in lines]
    return {match[1]: match[2] or "" for match in found if match}


def locked(name: str) -> dict[str, str]:
    """Package -> version out of a lock."""
    text = (PROJECT / f"{name}.txt").read_text()
    return {package.lower(): version for package, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.M)}


@pytest.mark.parametrize("name", LOCKS)
def test_every_direct_requirement_says_why_it_is_there(name):
    reasons = set(re.findall(r"^- `([^`]+)`: \S", (PROJECT / "docs/dependencies.md").read_text(), re.M))

    assert set(direct(name)) - reasons == set()


def test_no_reason_is_given_for_a_package_that_left():
    reasons = set(re.findall(r"^- `([^`]+)`: ", (PROJECT / "docs/dependencies.md").read_text(), re.M))

    assert reasons - {package for name in LOCKS for package in direct(name)} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_each_direct_requirement_at_its_pin(name):
    lock = locked(name)

    for package, version in direct(name).items():
        assert lock[package.lower()] == (version or lock[package.lower()]), package


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name):
    entries = re.split(r"^(?=[\w.-]+(?:\[.*\])?==)", (PROJECT / f"{name}.txt").read_text(), flags=re.M)[1:]

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_locks_agree_on_what_they_share():
    product, development = locked("requirements"), locked("requirements-dev")

    assert {name for name in product.keys() & development.keys() if product[name] != development[name]} == set()
