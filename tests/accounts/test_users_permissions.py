"""Who may do what, by role."""

import pytest

from accounts.users.permissions import ALL_PERMISSIONS, may
from accounts.users.types import Role

MATRIX = """
admin:  admin rwdx, trading rwdx, portfolio rwdx, users rwdx, system rwdx
trader: trading rwx, portfolio rw
viewer: trading r, portfolio r
api:    trading rx
"""
LETTER = {"r": "read", "w": "write", "d": "delete", "x": "execute"}


def stated(text: str) -> set[tuple[str, str]]:
    lines = (line.split(":") for line in text.strip().splitlines())
    return {
        (role, f"{area}:{LETTER[letter]}")
        for role, grants in lines
        for area, letters in (grant.split() for grant in grants.split(","))
        for letter in letters
    }


def test_each_role_holds_exactly_what_the_matrix_says():
    assert {(role.value, p) for role in Role for p in ALL_PERMISSIONS if may(role, p)} == stated(MATRIX)


def test_an_unknown_role_holds_nothing():
    assert not any(may("owner", permission) for permission in ALL_PERMISSIONS)


def test_an_unknown_permission_is_a_mistake_and_not_a_no():
    with pytest.raises(KeyError):
        may(Role.ADMIN, "portfolio:fly")
