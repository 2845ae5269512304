"""A directory's tokens, and what it says of people beyond their user. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id


class DirectoryToken(models.Model):
    """A bearer token for SCIM. digest: SHA-256 of it; the token itself is kept nowhere. hint: its first characters."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=60)
    hint = models.CharField(_("hint"), max_length=12)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    default_role = models.CharField(_("role of new people"), max_length=10)
    created_at = models.DateTimeField(_("created"), default=clock.now)
    created_by = models.UUIDField(_("created by"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)


class DirectoryEntry(models.Model):
    """What the directory calls a person. deleted_at: since when it has them no more; the user is switched off then."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="directory_entry")
    external_id = models.CharField(_("id in the directory"), max_length=255, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=clock.now)
    deleted_at = models.DateTimeField(_("deleted"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["external_id"], condition=~Q(external_id=""), name="scim_external_id_once")
        ]
