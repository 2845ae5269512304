"""What a directory does to people: the one place here that writes users, always inside a service's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from accounts.scim.errors import BadEntry, LastAdministratorStays, NameTaken
from accounts.users.services import end_sessions
from accounts.users.types import Role
from cryptouniverse.kernel.words import gettext_noop as _

if TYPE_CHECKING:
    from accounts.users.models import User


def make_person(*, email: str, role: str, display_name: str, active: bool) -> User:
    """A person without a password: they sign in by the company's own sign-in, or ask for one. Raises NameTaken."""
    try:
        with transaction.atomic():
            made: User = get_user_model().objects.create_user(
                email, role=role, display_name=display_name, is_active=active
            )
    except IntegrityError:
        raise NameTaken(_("Somebody has the userName %(name)s already."), name=email) from None
    return made


def change_person(user: User, wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Write what differs; name -> (before, after). Whoever is switched off is signed out everywhere at the commit.

    wanted: some of email, display_name, role, is_active. Raises NameTaken or LastAdministratorStays.
    """
    locked: User = get_user_model().objects.select_for_update().get(pk=user.pk)
    changes = {k: (getattr(locked, k), new) for k, new in wanted.items() if getattr(locked, k) != new}
    if not changes:
        return {}
    loses = "role" in changes or changes.get("is_active", (None, True))[1] is False
    if loses and locked.role == Role.ADMIN.value and locked.is_active:
        _somebody_else_administers(locked)
    for name, (_old, new) in changes.items():
        setattr(locked, name, new)
    try:
        with transaction.atomic():
            locked.save(update_fields=list(changes))
    except IntegrityError:
        raise NameTaken(_("Somebody has the userName %(name)s already."), name=locked.email) from None
    if loses:
        end_sessions(user=locked)
    return changes


def email_of(user_name: str | None) -> str:
    """The userName as an address. Raises BadEntry for what is none."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    address = (user_name or "").strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadEntry(_("userName must be an e-mail address.")) from None
    if len(address) > 254:
        raise BadEntry(_("userName must be an e-mail address."))
    return address


def _somebody_else_administers(locked: User) -> None:
    admins = get_user_model().objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True)
    if {row.pk for row in admins.order_by("pk")} <= {locked.pk}:  # held: two cannot leave at once
        raise LastAdministratorStays
