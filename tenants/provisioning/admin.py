"""Tenants and their hosts, for operators: to read. They are made and removed by command."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from tenants.provisioning.models import Domain, Tenant


@admin.register(Tenant)
class TenantAdmin(ReadOnlyAdmin):
    """Who there is."""

    list_display = ("slug", "name", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("slug", "name")


@admin.register(Domain)
class DomainAdmin(ReadOnlyAdmin):
    """Which hosts are answered."""

    list_display = ("domain", "tenant", "is_primary")
    list_select_related = ("tenant",)
    search_fields = ("domain",)
