"""People, for operators: made, renamed, given a role or a new password, switched off; never deleted."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from accounts.users.operators import AuditedAdmin


class NewUser(AdminUserCreationForm):  # type: ignore[type-arg]  # not generic at run time
    """Asks for the e-mail address where Django asks for a name."""

    class Meta:
        model = User
        fields = ("email", "display_name", "role")


@admin.register(User)
class UsersAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Shows no password, not even its hash; whoever operates the platform is said here and set elsewhere."""

    add_form = NewUser
    ordering = ("email",)
    list_display = ("email", "display_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "display_name")
    readonly_fields = ("public_id", "is_superuser", "is_staff", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "display_name", "role", "is_active")}),
        (_("Kept by the product"), {"fields": readonly_fields}),
    )
    add_fieldsets = ((None, {"fields": ("email", "display_name", "role", "password1", "password2")}),)
