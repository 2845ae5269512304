"""Tenants and the hosts they answer to. Public schema."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.ids import new_id


class Tenant(TenantMixin):  # type: ignore[misc]  # django-tenants has no types
    """An organisation or brand with a schema of its own. Its name is made by the server, never from user text."""

    class Status(models.TextChoices):
        """TEMPLATE is the empty, migrated schema that new tenants are cloned from; it serves nobody."""

        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        TEMPLATE = "template", _("Template")

    auto_create_schema = False
    auto_drop_schema = False

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def as_ctx(self) -> TenantCtx:
        """The value that requests, tasks and sockets carry."""
        return TenantCtx(id=self.public_id, slug=self.slug, schema=self.schema_name)


class Domain(DomainMixin):  # type: ignore[misc]  # django-tenants has no types
    """A host name that a tenant answers to. Only listed hosts are served."""
