"""The audit's one table. Rows are added and never changed: triggers refuse it to everybody, grants to the product."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id


class AuditRecord(models.Model):
    """One thing that one actor did to one object, with what it was before and after.

    actor: the public id of a person, a plain value so that the record outlives them; empty for the product itself.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    at = models.DateTimeField(_("time"), default=clock.now)
    actor = models.UUIDField(_("actor"), null=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=10)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.CharField(_("object"), max_length=120)
    before = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)
    correlation_id = models.CharField(_("correlation id"), max_length=64)
    address = models.GenericIPAddressField(_("address"), null=True)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="tenants_audit_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"
