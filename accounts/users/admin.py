"""People, for operators: made, renamed, given a role, switched off and on; never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.users.errors import NotThemselves
from accounts.users.models import User
from accounts.users.operators import AuditedAdmin
from accounts.users.rights import Facts, give_role, switch
from accounts.users.services import end_sessions
from accounts.users.types import Role
from cryptouniverse.kernel.admin import asked_first


class NewUser(AdminUserCreationForm):  # type: ignore[type-arg]  # not generic at run time
    """Asks for the e-mail address where Django asks for a name."""

    class Meta:
        model = User
        fields = ("email", "display_name", "role")


@admin.register(User)
class UsersAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Shows no password, not even its hash. What somebody may do is changed by actions, which ask why."""

    add_form = NewUser
    ordering = ("email",)
    list_display = ("email", "display_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "display_name", "public_id")
    readonly_fields = ("role", "is_active", "public_id", "is_superuser", "is_staff", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "display_name")}),
        (_("Changed by actions on the list"), {"fields": ("role", "is_active")}),
        (_("Kept by the product"), {"fields": readonly_fields[2:]}),
    )
    add_fieldsets = ((None, {"fields": ("email", "display_name", "role", "password1", "password2")}),)
    actions = ("switch_off", "switch_on", "end_sessions", "make_admin", "make_trader", "make_viewer", "make_api")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Somebody who is made gets a role in the form; later ones come by action."""
        return self.readonly_fields if obj else self.readonly_fields[1:]

    @asked_first(_("Switch off"), _("They are signed out at once, and cannot sign in."))
    def switch_off(self, request: HttpRequest, user: User, reason: str) -> None:
        """Let them in no more."""
        self._change(request, user, "user.switched_off", switch(user=_no_operator(user), active=False), reason)

    @asked_first(_("Switch on"), _("They can sign in again, with the rights they had."))
    def switch_on(self, request: HttpRequest, user: User, reason: str) -> None:
        """Let them in again."""
        self._change(request, user, "user.switched_on", switch(user=_no_operator(user), active=True), reason)

    @asked_first(_("End their sessions"), _("They are signed out everywhere at once, and can sign in again."))
    def end_sessions(self, request: HttpRequest, user: User, reason: str) -> None:
        """Sign them out everywhere."""
        ended = end_sessions(user=user)
        self._change(request, user, "user.sessions_ended", ({}, {"sessions": ended}), reason)

    @asked_first(_("Make administrator"), _("They may do everything in this tenant, over all of its people."))
    def make_admin(self, request: HttpRequest, user: User, reason: str) -> None:
        """Everything."""
        self._give(request, user, Role.ADMIN, reason)

    @asked_first(_("Make trader"), _("They may trade, and change their own portfolios."))
    def make_trader(self, request: HttpRequest, user: User, reason: str) -> None:
        """Trade."""
        self._give(request, user, Role.TRADER, reason)

    @asked_first(_("Make viewer"), _("They may look, and change nothing."))
    def make_viewer(self, request: HttpRequest, user: User, reason: str) -> None:
        """Look."""
        self._give(request, user, Role.VIEWER, reason)

    @asked_first(_("Make API only"), _("They may trade by program, and have no pages."))
    def make_api(self, request: HttpRequest, user: User, reason: str) -> None:
        """Programs."""
        self._give(request, user, Role.API, reason)

    def _give(self, request: HttpRequest, user: User, role: Role, reason: str) -> None:
        self._change(request, user, "user.role_changed", give_role(user=_no_operator(user), role=role), reason)

    def _change(self, request: HttpRequest, user: User, action: str, changed: tuple[Facts, Facts], reason: str) -> None:
        before, after = changed
        self.admin_site.record(request, action=action, object=user, before=before, after={**after, "reason": reason})


def _no_operator(user: User) -> User:
    """Raises NotThemselves: an operator who locks operators out would be alone, or gone."""
    if user.is_superuser:
        raise NotThemselves
    return user
