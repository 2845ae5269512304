"""The lab, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.lab.models import Optimisation, TrialRecord


@admin.register(Optimisation)
class OptimisationAdmin(ReadOnlyAdmin):
    """Searches."""

    list_display = ("asked_at", "public_id", "owner", "strategy", "timeframe", "method", "trials", "state", "tries")
    list_filter = ("state", "method", "strategy")
    list_select_related = ("owner",)
    search_fields = ("public_id", "owner__email", "hash")


@admin.register(TrialRecord)
class TrialRecordAdmin(ReadOnlyAdmin):
    """Trials without their days."""

    exclude = ("returns",)
    list_display = ("public_id", "optimisation", "number", "state")
    list_filter = ("state",)
    list_select_related = ("optimisation",)
    search_fields = ("public_id", "optimisation__public_id")
