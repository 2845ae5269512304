"""API keys in the operators' admin: to look at, and to revoke with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.apikeys.models import ApiKey
from accounts.apikeys.services import revoke_key
from cryptouniverse.kernel.admin import ReadOnlyAdmin, asked_first

if TYPE_CHECKING:
    from accounts.users.models import User


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Whose programs come in by which keys. No key is stored, and its digest is not shown."""

    list_display = (
        "prefix",
        "name",
        "user",
        "created_at",
        "expires_at",
        "rotate_every_days",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("user",)
    search_fields = ("prefix", "name", "user__email")
    exclude = ("digest",)
    actions = ("revoke",)

    @asked_first(_("Revoke"), _("The next call with it is refused, and it does not come back."))
    def revoke(self, request: HttpRequest, key: ApiKey, reason: str) -> None:
        """End it."""
        revoke_key(key=key, actor=cast("User", request.user))
        self.admin_site.record(request, action="apikey.revoked_by_operator", object=key, after={"reason": reason})
