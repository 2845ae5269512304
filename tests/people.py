"""The cast: people of a tenant, made the way the product makes them."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from accounts.security.services.letters import send_waiting
from accounts.users.models import User
from accounts.users.services import step_up
from accounts.users.store import SESSION_TENANT
from cryptouniverse.kernel.context import current_tenant

PASSWORD = "correct horse battery staple"


def member(email: str, *, role: str = "trader", **fields: Any) -> User:
    """A person of the active tenant."""
    return User.objects.create_user(email, PASSWORD, role=role, **fields)


def browser(
    user: User | None = None, *, host: str = "acme.localhost", csrf: bool = False, confirmed: bool = True
) -> Client:
    """A browser at `host`, signed in as `user` of the active tenant (through the same signal as the sign-in page).

    confirmed: they have just shown who they are, as somebody has who signed in within the last five minutes.
    """
    client = Client(headers={"host": host}, enforce_csrf_checks=csrf)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.session[SESSION_TENANT] == str(current_tenant().id)
        if confirmed:
            confirm(client)
    return client


def confirm(client: Client) -> None:
    """Whoever is signed in here has shown a second factor (or the password) at this moment."""
    session: Any = client.session
    session.load()
    step_up(session)


def letters() -> list[Any]:
    """The e-mails that were sent, after the worker has emptied the tray."""
    send_waiting()
    return mail.outbox


def code_in(letter: Any) -> str:
    """The six digits in an e-mail."""
    found = re.search(r"\b\d{6}\b", letter.body)
    assert found, letter.body
    return found[0]
