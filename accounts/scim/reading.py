"""What a person's shape says in our terms: one line for the name, one role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accounts.scim.errors import BadEntry
from accounts.users.types import Role
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from accounts.scim.shapes import Name, Person

DISPLAY_NAME_MAX: Final = 120


def called(person: Person, *, before: Person | None = None) -> str:
    """The one line that we keep of displayName and name; what a patch has changed goes first."""
    name, parts = person.name, _parts(person.name)
    formatted = name.formatted if name else None
    if before and person.display_name == before.display_name:
        if formatted != (before.name.formatted if before.name else None):
            return (formatted or "")[:DISPLAY_NAME_MAX].strip()
        return (parts or person.display_name or "")[:DISPLAY_NAME_MAX].strip()
    return (person.display_name or formatted or parts or "")[:DISPLAY_NAME_MAX].strip()


def role_of(person: Person) -> Role | None:
    """The role that is asked for: the primary one, or the only one. Raises BadEntry for one that there is not."""
    named = [role for role in person.roles or [] if role.value]
    if not named:
        return None
    chosen = next((role for role in named if role.primary), named[-1])
    try:
        return Role(str(chosen.value).strip().lower())
    except ValueError:
        raise BadEntry(_("There is no role %(role)s."), role=str(chosen.value)[:40]) from None


def _parts(name: Name | None) -> str:
    given = (name.given_name, name.family_name) if name else ()
    return " ".join(part.strip() for part in given if part and part.strip())
