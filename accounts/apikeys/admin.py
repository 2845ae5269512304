"""API keys in the operators' admin, to look at."""

from django.contrib import admin

from accounts.apikeys.models import ApiKey
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Whose programs come in by which keys. No key is stored, and its digest is not shown."""

    list_display = ("prefix", "name", "user", "created_at", "expires_at", "revoked_at", "last_used_at")
    search_fields = ("prefix", "name", "user__email")
    exclude = ("digest",)
