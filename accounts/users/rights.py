"""A person's rights: switched off and on, another role. Whoever calls it records it in its transaction."""

from __future__ import annotations

from django.db import transaction

from accounts.users.errors import NothingToChange
from accounts.users.models import User
from accounts.users.services import end_sessions
from accounts.users.types import Role

Facts = dict[str, object]


@transaction.atomic
def switch(*, user: User, active: bool) -> tuple[Facts, Facts]:
    """Let the person in, or let them in no more: their sessions end, and their open pages close.

    What it was and what it is now. Raises NothingToChange.
    """
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise NothingToChange
    if not active:
        end_sessions(user=user)
    return {"is_active": not active}, {"is_active": active}


@transaction.atomic
def give_role(*, user: User, role: Role) -> tuple[Facts, Facts]:
    """Another role; they sign in again with it. What it was and what it is now. Raises NothingToChange."""
    before = User.objects.select_for_update().get(pk=user.pk).role
    if before == role:
        raise NothingToChange
    User.objects.filter(pk=user.pk).update(role=role)
    end_sessions(user=user)
    return {"role": before}, {"role": role.value}
