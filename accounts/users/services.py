"""Making people, giving them roles, switching them off; every write is audited in its transaction."""

from __future__ import annotations

from django.db import transaction

from accounts.users.errors import AddressTaken, LastAdministrator
from accounts.users.models import User
from accounts.users.types import Role
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.realtime.push import close_sockets
from tenants.audit.services import record


@transaction.atomic
def add_person(*, email: str, role: Role, actor: User, display_name: str = "") -> User:
    """A person without a password: they choose one by the mail for that. Audited as "user.created".

    Raises AddressTaken, or Invalid without an address.
    """
    address = User.objects.normalize_email(email)
    if User.objects.filter(email=address).exists():
        raise AddressTaken(email=address)
    person = User.objects.create_user(address, role=role.value, display_name=display_name.strip())
    after = {"email": address, "role": role.value, "display_name": person.display_name}
    record(actor=actor, action="user.created", object=person, after=after)
    return person


@transaction.atomic
def change_person(
    *,
    person: User,
    actor: User,
    role: Role | None = None,
    is_active: bool | None = None,
    display_name: str | None = None,
) -> User:
    """Another role or name, or switched off or on again; what is None stays. Audited as "user.changed".

    Whoever is switched off or gets another role has their sockets closed at once. Raises LastAdministrator where nobody
    else active would be an administrator, and for one's own role or access.
    """
    administrators = User.objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True)
    administrator_pks = {row.pk for row in administrators.order_by("pk")}  # held: two cannot remove each other
    locked = User.objects.select_for_update().get(pk=person.pk)
    wanted = {"role": role and role.value, "is_active": is_active, "display_name": display_name}
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(locked, name)}
    loses = "role" in changes or changes.get("is_active") is False
    if loses and (locked.pk == actor.pk or administrator_pks == {locked.pk}):
        raise LastAdministrator()
    if not changes:
        return locked
    before = {name: getattr(locked, name) for name in changes}
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changes))
    record(actor=actor, action="user.changed", object=locked, before=before, after=changes)
    if loses:
        tenant, person_id = current_tenant(), locked.public_id
        transaction.on_commit(lambda: close_sockets(tenant, "user", person_id))
    return locked
