"""Region rules in the operators' admin, to look at."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from tenants.regions.models import RegionPolicy, RegionRule


@admin.register(RegionRule)
class RegionRuleAdmin(ReadOnlyAdmin):
    """Who is let in from where."""

    list_display = ("tenant", "kind", "value", "verdict", "note", "created_at")
    list_filter = ("tenant", "kind", "verdict")
    search_fields = ("value", "note")


@admin.register(RegionPolicy)
class RegionPolicyAdmin(ReadOnlyAdmin):
    """What becomes of everybody else."""

    list_display = ("tenant", "otherwise")
