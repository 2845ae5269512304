"""Tokens for a company's directory, and what the directory does with them. Each write stands in the audit."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from accounts.scim.errors import BadEntry, NameTaken, TooManyTokens
from accounts.scim.models import DirectoryEntry, DirectoryToken
from accounts.scim.people import change_person, email_of, make_person
from accounts.scim.reading import called, role_of
from accounts.scim.selectors import digest_of, directory_tokens
from accounts.scim.types import NAME_MAX, TOKEN_PREFIX, TOKENS_MAX, Directory
from accounts.users.types import Role
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.words import gettext_noop as _
from tenants.audit import services as audit

if TYPE_CHECKING:
    from accounts.scim.shapes import Person
    from accounts.users.models import User
    from tenants.audit.types import Actor


@transaction.atomic
def issue_token(*, actor: Actor, name: str, default_role: Role = Role.VIEWER) -> tuple[DirectoryToken, str]:
    """A new token and its text, which is shown once and kept nowhere. default_role: of people who come without one.

    Raises BadEntry for a name that cannot be, or TooManyTokens.
    """
    label = " ".join(name.split())
    if not 1 <= len(label) <= NAME_MAX:
        raise BadEntry(_("Give it a name of at most %(most)s characters."), most=NAME_MAX)
    if directory_tokens().count() >= TOKENS_MAX:
        raise TooManyTokens(most=TOKENS_MAX)
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    row = DirectoryToken.objects.create(
        name=label,
        hint=text[:9],
        digest=digest_of(text),
        default_role=default_role.value,
        created_by=actor.public_id,
    )
    after = {"name": label, "default_role": default_role.value}
    audit.record(actor=actor, action="directory.key_issued", object=("directory_key", row.public_id), after=after)
    return row, text


@transaction.atomic
def revoke_token(*, actor: Actor, token: DirectoryToken) -> None:
    """From now on it opens nothing. Again is harmless."""
    if DirectoryToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        facts = {"before": {"name": token.name}}
        audit.record(actor=actor, action="directory.key_revoked", object=("directory_key", token.public_id), **facts)


@transaction.atomic
def provision(*, directory: Directory, person: Person) -> User:
    """Make the person that the directory names; one that it had deleted comes back under the same id.

    Raises NameTaken (userName or externalId), or BadEntry.
    """
    email, active = email_of(person.user_name), person.active is not False
    role = (role_of(person) or Role(directory.default_role)).value
    gone = DirectoryEntry.objects.filter(user__email=email, deleted_at__isnull=False).select_related("user").first()
    if gone is None:
        user = make_person(email=email, role=role, display_name=called(person), active=active)
    else:
        user = gone.user
        change_person(user, {"role": role, "display_name": called(person), "is_active": active})
    _entered(user, external_id=person.external_id or "")
    after = {"email": email, "role": role, "is_active": active, "external_id": person.external_id or ""}
    _recorded(directory, "directory.person_added", user, after=after)
    return _fresh(user)


@transaction.atomic
def replace(*, directory: Directory, user: User, person: Person, before: Person) -> User:
    """Make the person what the directory says; what it does not name stays, but for externalId.

    before: as they were shown. Raises NameTaken, BadEntry or LastAdministratorStays, and then changes nothing.
    """
    wanted: dict[str, Any] = {"email": email_of(person.user_name), "display_name": called(person, before=before)}
    if role := role_of(person):
        wanted["role"] = role.value
    if person.active is not None:
        wanted["is_active"] = person.active
    if wanted["display_name"] == user.get_full_name():
        wanted.pop("display_name")  # a name that was made up of the address is not written down
    changes = change_person(user, wanted)
    if person.external_id != before.external_id:
        changes["external_id"] = (before.external_id, person.external_id)
    if changes:
        _entered(user, external_id=person.external_id or "")
        facts = {
            "before": {k: old for k, (old, _n) in changes.items()},
            "after": {k: n for k, (_o, n) in changes.items()},
        }
        _recorded(directory, "directory.person_changed", user, **facts)
    return _fresh(user)


@transaction.atomic
def deprovision(*, directory: Directory, user: User) -> None:
    """Switch the person off and hide them from the directory. Their books and records stay.

    Raises LastAdministratorStays.
    """
    change_person(user, {"is_active": False})
    _entered(user, external_id=None, deleted=True)
    _recorded(directory, "directory.person_removed", user)


def _entered(user: User, *, external_id: str | None, deleted: bool = False) -> None:
    """external_id: None leaves it."""
    now = clock.now()
    facts: dict[str, Any] = {"changed_at": now, "deleted_at": now if deleted else None}
    if external_id is not None:
        facts["external_id"] = external_id
    try:
        with transaction.atomic():
            DirectoryEntry.objects.update_or_create(user=user, defaults=facts)
    except IntegrityError:
        raise NameTaken(_("Somebody has the externalId %(name)s already."), name=(external_id or "")[:64]) from None


def _fresh(user: User) -> User:
    found: User = get_user_model().objects.select_related("directory_entry").get(pk=user.pk)
    return found


def _recorded(directory: Directory, action: str, user: User, **facts: Any) -> None:
    actor = cast("Actor", directory)  # as the audit sees one; the values are frozen, which a protocol cannot say
    audit.record(actor=actor, action=action, object=("user", user.public_id), **facts)
