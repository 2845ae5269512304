"""Grants under which operators look into a tenant. Public schema: they outlive both, and name them by public ids."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from tenants.support.types import HOURS_MAX


class SupportGrant(models.Model):
    """One operator's access to one tenant: why, from when, until when.

    starts_at: empty while the tenant's administrator has not agreed. ends_at: empty until it starts. ended_at: when it
    was ended or was found to be over; then nothing opens it again.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(_("tenant"))
    operator_id = models.UUIDField(_("operator"))
    operator_name = models.CharField(_("operator's name"), max_length=254)
    reason = models.CharField(_("reason"), max_length=300)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    approved_by = models.UUIDField(_("approved by"), null=True)
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    uses = models.PositiveIntegerField(_("uses"), default=0)

    class Meta:
        verbose_name = _("support access")
        verbose_name_plural = _("support accesses")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant_id", "operator_id"], name="support_grant_whose")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(
                    starts_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                    ends_at__lte=F("starts_at") + HOURS_MAX * timedelta(hours=1),
                ),
                name="support_grant_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=HOURS_MAX * 60), name="support_grant_at_most_8_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_name}: {self.reason}"
