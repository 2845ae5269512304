"""How tenants look and speak. Public schema: it is asked for before anybody is known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.columns import amount
from tenants.branding.types import NAME_MAX, SHORT_NAME_MAX, Colours, LegalKind

TENANT = "tenants_provisioning.Tenant"
_KINDS = [
    (LegalKind.TERMS.value, _("Terms")),
    (LegalKind.PRIVACY.value, _("Privacy")),
    (LegalKind.RISK.value, _("Risk")),
]


class Branding(models.Model):
    """A tenant's brand. version: rises with every change of it, its logo or its texts. colour: #rrggbb or empty."""

    tenant = models.OneToOneField(TENANT, on_delete=models.CASCADE, related_name="branding")
    version = models.PositiveIntegerField(_("version"), default=0)
    name = models.CharField(_("name"), max_length=NAME_MAX, blank=True)
    short_name = models.CharField(_("short name"), max_length=SHORT_NAME_MAX, blank=True)
    colour = models.CharField(_("colour"), max_length=7, blank=True)
    tint = models.DecimalField(_("tint"), max_digits=4, decimal_places=3, default=Colours().tint)
    radius = models.PositiveSmallIntegerField(_("radius"), default=Colours().radius)
    sender_name = models.CharField(_("sender's name"), max_length=NAME_MAX, blank=True)
    sender_address = models.EmailField(_("sender's address"), blank=True)
    support_address = models.EmailField(_("support address"), blank=True)
    updated_at = models.DateTimeField(_("updated"), default=clock.now)


class BrandLogo(models.Model):
    """A tenant's logo as we wrote it: never the bytes that were sent. digest: SHA-256 of the bytes, in hex."""

    tenant = models.OneToOneField(TENANT, on_delete=models.CASCADE, related_name="brand_logo")
    digest = models.CharField(_("digest"), max_length=64)
    kind = models.CharField(_("kind"), max_length=4)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    content = models.BinaryField(_("content"))


class LegalText(models.Model):
    """One version of a text that people accept. Rows are added and never changed."""

    tenant = models.ForeignKey(TENANT, on_delete=models.CASCADE, related_name="legal_texts")
    kind = models.CharField(_("kind"), max_length=8, choices=_KINDS)
    version = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "version"], name="tenants_legal_version_once")]


class CreditPrice(models.Model):
    """What a tenant asks for a pack of credits. Nothing charges it yet."""

    tenant = models.ForeignKey(TENANT, on_delete=models.CASCADE, related_name="credit_prices")
    credits = models.DecimalField(_("credits"), max_digits=20, decimal_places=6)
    price = amount(verbose_name=_("price"))
    currency = models.CharField(_("currency"), max_length=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "credits", "currency"], name="tenants_price_once"),
            models.CheckConstraint(condition=Q(credits__gt=0, price__gte=0), name="tenants_price_positive"),
        ]
