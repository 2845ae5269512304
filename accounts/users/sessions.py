"""What happens when a session begins or ends: it is bound to its tenant, the audit says so, its sockets close."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.users.models import User
from accounts.users.services import end_sessions
from accounts.users.store import SESSION_TENANT
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.realtime.push import close_sockets
from cryptouniverse.realtime.sessions import session_id_of
from tenants.audit import services as audit


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **_: Any) -> None:
    """Write the tenant into the session, which counts nowhere else."""
    request.session[SESSION_TENANT] = str(current_tenant().id)
    audit.record(actor=user, action="session.started", object=user)


@receiver(user_logged_out)
def end_session(request: HttpRequest, user: User | None, **_: Any) -> None:
    """Record it and close the session's open pages. Nobody signed in is nobody to record."""
    if user is None:
        return
    audit.record(actor=user, action="session.ended", object=user)
    if key := request.session.session_key:
        close_sockets(current_tenant(), "session", session_id_of(key))


@receiver(user_login_failed)
def refuse_session(credentials: dict[str, Any], **_: Any) -> None:
    """A wrong password, recorded whoever has the address: as much work for nobody's, which is not kept."""
    tried = User.objects.normalize_email(credentials.get("email") or credentials.get("username"))
    user = User.objects.filter(email=tried).first()
    audit.record(actor=None, action="session.refused", object=user or ("user", "unknown"))


@receiver(post_save, sender=User)
def end_after_change(instance: User, created: bool, **_: Any) -> None:
    """Another password or role, or switched off: whoever is signed in as this person is so no more.

    Who changes their own password stays: Django gives their session a new key right after.
    """
    before, instance.rights_before = instance.rights_before, instance.rights()
    if not created and before is not None and before != instance.rights_before:
        end_sessions(user=instance)
