"""The cast: people of a tenant, made the way the product makes them."""

from typing import Any

from django.test import Client

from accounts.users.models import User
from accounts.users.store import SESSION_TENANT
from cryptouniverse.kernel.context import current_tenant

PASSWORD = "correct horse battery staple"


def member(email: str, *, role: str = "trader", **fields: Any) -> User:
    """A person of the active tenant."""
    return User.objects.create_user(email, PASSWORD, role=role, **fields)


def browser(user: User | None = None, *, host: str = "acme.localhost", csrf: bool = False) -> Client:
    """A browser at `host`, signed in as `user` of the active tenant (through the same signal as the sign-in page)."""
    client = Client(headers={"host": host}, enforce_csrf_checks=csrf)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.session[SESSION_TENANT] == str(current_tenant().id)
    return client
