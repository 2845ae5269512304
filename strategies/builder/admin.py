"""Rule sets, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.builder.models import RuleSet, RuleSetVersion


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin):
    """Rule sets."""

    list_display = ("changed_at", "public_id", "owner", "name", "newest")
    list_select_related = ("owner",)
    search_fields = ("public_id", "owner__email", "name")


@admin.register(RuleSetVersion)
class RuleSetVersionAdmin(ReadOnlyAdmin):
    """Versions with their documents."""

    list_display = ("created_at", "rule_set", "number", "hash")
    list_select_related = ("rule_set",)
    search_fields = ("rule_set__public_id", "hash")
