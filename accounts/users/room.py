"""Nobody is added to a tenant that is full, whichever way they come: sign-up, a directory, an operator, a command."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver

from accounts.users.models import User
from tenants.provisioning.services import require_room


@receiver(pre_save, sender=User)
def require_room_for_people(instance: User, raw: bool = False, **_: Any) -> None:
    """Raises QuotaReached for one person more than the tenant may have."""
    if instance._state.adding and not raw:
        require_room("users")
