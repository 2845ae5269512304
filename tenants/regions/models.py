"""Who is let in from where. Public schema, a tenant's id on every row: the door is asked before the tenant's own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id
from tenants.regions.types import NOTE_MAX, RuleKind, Verdict

_TENANT = "tenants_provisioning.Tenant"
_KINDS = [(RuleKind.NETWORK.value, _("Network")), (RuleKind.COUNTRY.value, _("Country"))]
_VERDICTS = [(Verdict.ALLOW.value, _("Let in")), (Verdict.DENY.value, _("Keep out"))]


class RegionPolicy(models.Model):
    """What becomes of everybody whom no rule names. A tenant without a row lets them in."""

    tenant = models.OneToOneField(_TENANT, to_field="public_id", on_delete=models.CASCADE, related_name="region_policy")
    otherwise = models.CharField(_("everybody else"), max_length=5, choices=_VERDICTS, default=Verdict.ALLOW.value)

    class Meta:
        verbose_name = _("region policy")
        verbose_name_plural = _("region policies")

    def __str__(self) -> str:
        return self.otherwise


class RegionRule(models.Model):
    """One country or one network of one tenant, let in or kept out."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    tenant = models.ForeignKey(_TENANT, to_field="public_id", on_delete=models.CASCADE, related_name="region_rules")
    kind = models.CharField(_("kind"), max_length=8, choices=_KINDS)
    value = models.CharField(_("country or network"), max_length=43)
    verdict = models.CharField(_("verdict"), max_length=5, choices=_VERDICTS)
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("region rule")
        verbose_name_plural = _("region rules")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "kind", "value"], name="tenants_regions_once")
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.value}"
