"""Token families in the operators' admin, to look at."""

from django.contrib import admin

from accounts.tokens.models import TokenFamily
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(TokenFamily)
class TokenFamilyAdmin(ReadOnlyAdmin):
    """Who has tokens, and since when. No token is stored."""

    list_display = ("public_id", "user", "signed_in_at", "refreshed_at", "expires_at", "ended_at", "end_reason")
    list_filter = ("end_reason",)
    search_fields = ("user__email", "public_id")
    exclude = ("password_mark", "current")
