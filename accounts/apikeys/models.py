"""API keys, without the keys. Tenant schema."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.apikeys.types import KEY_PREFIX, NAME_MAX, PREFIX_LENGTH, notice_from
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id


class ApiKey(models.Model):
    """A program's way in, as its owner. The key itself was shown once and is stored nowhere.

    prefix: finds it, and people know it by it. digest: of key and tenant. scopes: permissions it may use, if the owner
    has them. networks: where it works from, empty = everywhere. last_used_at: to the minute.
    rotate_every_days: it is on schedule: it expires that long after it was made, and may replace itself before.
    replaced_itself: the key in its place was fetched with it, not made by a person. told_at: when the owner was told
    that it expires soon.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(_("name"), max_length=NAME_MAX)
    prefix = models.CharField(_("prefix"), max_length=PREFIX_LENGTH, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    networks = models.JSONField(_("addresses"), default=list)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True)
    rotate_every_days = models.PositiveSmallIntegerField(_("replaced every (days)"), null=True)
    replaced_itself = models.BooleanField(_("replaced itself"), default=False, db_default=False)
    told_at = models.DateTimeField(_("told"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    replaced_by = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="replaces")
    last_used_at = models.DateTimeField(_("last used"), null=True)
    last_used_address = models.GenericIPAddressField(_("last used from"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown})"

    @property
    def shown(self) -> str:
        """What may be seen of the key."""
        return f"{KEY_PREFIX}{self.prefix}"

    def works_at(self, moment: datetime) -> bool:
        """Whether it is neither revoked nor expired then."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > moment)

    @property
    def due_from(self) -> datetime | None:
        """When its end is near; None where it has none, or another has taken its place."""
        if self.expires_at is None or self.replaced_by_id:
            return None
        return notice_from(self.created_at, self.expires_at)

    @property
    def status(self) -> str:
        """ "active", "replaced" (works until it expires), "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        if not self.works_at(clock.now()):
            return "expired"
        return "replaced" if self.replaced_by_id else "active"
