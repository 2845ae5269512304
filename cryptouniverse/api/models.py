"""Answers kept so that a repeated request gets them again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock


class IdempotencyRecord(models.Model):
    """The answer that one caller's key got. Written in the transaction of the work itself: both stand, or neither.

    caller: public id of the user. fingerprint: SHA-256 (hex) of method, path and body. body: the answer's JSON text.
    """

    caller = models.UUIDField(_("caller"))
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("time"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="cryptouniverse_api_key_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
