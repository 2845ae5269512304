"""A sign-in of a program, and the one refresh token of it that still counts. Tenant schema."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tokens.types import EndReason
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id

_REASONS = [(EndReason.REVOKED.value, _("Ended")), (EndReason.REUSED.value, _("A used token came back"))]


class TokenFamily(models.Model):
    """All tokens that come from one sign-in.

    current: the id of the one refresh token that may be used next; any other of this family was used before.
    password_mark: changes with the person's password, and ends the family. proofs: how they signed in.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="token_families"
    )
    current = models.UUIDField(_("refresh token in force"))
    password_mark = models.CharField(max_length=128)
    proofs = models.JSONField(_("proofs"))
    signed_in_at = models.DateTimeField(_("signed in"), default=clock.now)
    refreshed_at = models.DateTimeField(_("refreshed"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("end reason"), max_length=8, choices=_REASONS, blank=True)

    class Meta:
        verbose_name = _("token family")
        verbose_name_plural = _("token families")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["expires_at"], name="accounts_tokens_expires")]

    def __str__(self) -> str:
        return str(self.public_id)
