"""The audit's tables. Records and links are added and never changed: triggers refuse it to everybody, grants to us."""

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
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="tenants_audit_object"),
            models.Index(fields=["at"], name="tenants_audit_at"),
            models.Index(fields=["actor", "id"], name="tenants_audit_actor"),
            models.Index(fields=["correlation_id"], name="tenants_audit_correlation"),
            models.Index(fields=["action"], name="tenants_audit_action", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"


class AuditLink(models.Model):
    """A record's place in the tenant's chain: see `chain.py`. No constraint binds the two: what was torn is found."""

    record = models.OneToOneField(
        AuditRecord,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="link",
        verbose_name=_("audit record"),
    )
    sequence = models.BigIntegerField(_("sequence"), unique=True)
    sealed_at = models.DateTimeField(_("sealed at"))
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("place in the chain")
        verbose_name_plural = _("places in the chain")
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"


class UnsealedRecord(models.Model):
    """A record that waits for its place. A trigger adds it with the record, the sealer takes it away with the link."""

    record_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = _("unsealed record")
        verbose_name_plural = _("unsealed records")

    def __str__(self) -> str:
        return str(self.record_id)


class AuditCheck(models.Model):
    """One whole check of the chain, and what it found."""

    at = models.DateTimeField(_("time"), default=clock.now)
    sequence = models.BigIntegerField(_("sequence"))
    heads = models.BigIntegerField(_("signed heads"))
    findings = models.BigIntegerField(_("findings"))
    first = models.CharField(_("first finding"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("check of the audit")
        verbose_name_plural = _("checks of the audit")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.findings}"
